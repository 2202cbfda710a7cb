package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.evengrad.diagnosis.HealthWatch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.Checkpoint;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.HealthMonitor;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.Verdict;
import org.evengrad.spi.Horizon;

/**
 * One patch with one seed, trained for a share of the planned steps, then on to a larger one. The
 * schedule keeps the shape of the whole length. Between the legs the state is kept in memory, so
 * that the whole is the same bits as one training. For one thread.
 */
public final class Arm {
    /** A leg is at least so long, if the plan is. */
    static final int FEWEST_STEPS = 20;

    private final Patient patient;
    private final Patch patch;
    private final long seed;
    private final Skill skill;
    private final boolean keepsBest;
    private final LongSupplier nanos;

    private final Map<Double, Leg> legs = new HashMap<>();
    private Optional<Checkpoint> checkpoint = Optional.empty();
    private Leg last;
    private boolean ended;
    private Tested tested;

    /**
     * An arm that has not begun.
     *
     * @param patient gives the plans
     * @param skill measures
     * @param keepsBest whether the parameters of the best epoch count where the plan says so: only
     *     for an arm that is to be trained for the whole length
     * @param nanos a clock
     */
    public Arm(
            Patient patient,
            Patch patch,
            long seed,
            Skill skill,
            boolean keepsBest,
            LongSupplier nanos) {
        this.patient = patient;
        this.patch = patch;
        this.seed = seed;
        this.skill = skill;
        this.keepsBest = keepsBest;
        this.nanos = nanos;
    }

    /**
     * How far an arm came.
     *
     * @param steps since its beginning
     * @param skill on the validation part
     * @param relativeLoss on the validation part, as in {@link Skill.Measured}
     * @param trained steps of this leg
     * @param seconds of training and measuring in this leg
     * @param complete whether it came as far as was asked for, or had ended on its own before
     * @param verdicts of a leg that was watched
     */
    public record Leg(
            long steps,
            double skill,
            double relativeLoss,
            long trained,
            double seconds,
            boolean complete,
            List<Verdict> verdicts) {
        /** The same, at no further cost. */
        Leg reached() {
            return new Leg(steps, skill, relativeLoss, 0, 0, true, List.of());
        }
    }

    /**
     * What the whole length came to.
     *
     * @param leg the last one
     * @param accuracy on the test part; NaN if there are no classes, or nothing to test on
     * @param loss on the test part, in the original's loss and scale
     * @param skill on the test part
     */
    public record Tested(Leg leg, double accuracy, double loss, double skill) {}

    /** What is changed. */
    public Patch patch() {
        return patch;
    }

    /** What it is trained with. */
    public long seed() {
        return seed;
    }

    /**
     * Trains on to a share of the planned steps, or a few more where training cannot be interrupted
     * there.
     *
     * @param share in (0, 1]
     * @param cut asked after each step; once it says true, the leg ends, not complete
     * @throws org.evengrad.config.problem.InvalidInputException if it cannot be trained so
     */
    public Leg trainTo(double share, BooleanSupplier cut) {
        if (legs.containsKey(share)) {
            return legs.get(share).reached();
        }
        if (ended) {
            return last.reached();
        }
        try (TrainingPlan plan = patient.plan(patch, seed)) {
            long target = steps(plan.horizon(), share);
            if (last != null && last.steps() >= target) {
                return remember(share, last.reached());
            }
            TrainingPlan lean = LegPlan.lean(plan, keepsBest);
            return remember(share, train(plan, lean, target, List.of(), List.of(), cut));
        }
    }

    /**
     * Trains for the whole length under the eyes of a {@link HealthWatch}.
     *
     * @param cut as for {@link #trainTo}
     */
    public Leg watch(BooleanSupplier cut) {
        restart();
        try (TrainingPlan plan = patient.plan(patch, seed)) {
            TrainingPlan lean = LegPlan.lean(plan, keepsBest);
            List<HealthMonitor> watch = List.of(new HealthWatch());
            return remember(1.0, train(plan, lean, plan.horizon().steps(), watch, List.of(), cut));
        }
    }

    /**
     * Trains on to the end, and reads the test part. If someone follows it, all is trained anew, so
     * that they see all of it.
     *
     * @param followers given the plan, those who follow the training; they are closed after it
     * @param cut as for {@link #trainTo}
     */
    public Tested finish(
            Function<TrainingPlan, List<TrainingListener>> followers, BooleanSupplier cut) {
        if (tested != null) {
            return new Tested(
                    tested.leg().reached(), tested.accuracy(), tested.loss(), tested.skill());
        }
        try (TrainingPlan original = patient.plan(patch, seed)) {
            TrainingPlan whole = LegPlan.whole(original);
            List<TrainingListener> listeners = followers.apply(whole);
            long steps = whole.horizon().steps();
            Leg leg;
            if (listeners.isEmpty()) {
                TrainingPlan lean = LegPlan.lean(whole, keepsBest);
                leg = train(whole, lean, steps, List.of(), List.of(), cut);
            } else {
                restart();
                try {
                    leg = train(whole, whole, steps, List.of(new HealthWatch()), listeners, cut);
                } finally {
                    close(listeners);
                }
            }
            remember(1.0, leg);
            Tested result = test(whole, leg);
            if (leg.complete()) {
                tested = result;
                checkpoint = Optional.empty();
            }
            return result;
        }
    }

    /** Gives back memory between two legs; another leg begins at the first step again. */
    void forget() {
        checkpoint = Optional.empty();
        if (!ended) {
            last = null;
        }
    }

    /** How many steps a share of the planned ones is. */
    static long steps(Horizon horizon, double share) {
        return Math.min(
                horizon.steps(), Math.max(FEWEST_STEPS, Math.round(share * horizon.steps())));
    }

    private void restart() {
        checkpoint = Optional.empty();
        last = null;
        ended = false;
    }

    private Leg remember(double share, Leg leg) {
        last = leg;
        if (leg.complete()) {
            legs.put(share, leg);
        }
        return leg;
    }

    /**
     * A leg.
     *
     * @param plan what the network is measured by
     * @param trained the same, or a leaner form of it
     */
    private Leg train(
            TrainingPlan plan,
            TrainingPlan trained,
            long target,
            List<HealthMonitor> monitors,
            List<TrainingListener> followers,
            BooleanSupplier cut) {
        long began = nanos.getAsLong();
        long from = checkpoint.map(saved -> saved.state().step()).orElse(0L);
        StopRequest stop = new StopRequest();
        Pace pace = new Pace(target, cut, stop);
        List<TrainingListener> listeners = new ArrayList<>(followers);
        listeners.add(pace);
        TrainingResult result = new Trainer(trained, monitors, listeners, stop, checkpoint).train();
        checkpoint = Optional.ofNullable(pace.saved);
        Reason reason = result.ending().reason();
        ended = reason == Reason.DIVERGED || reason == Reason.EARLY_STOP;
        Skill.Measured measured = skill.measure(plan, plan.data().validation().orElseThrow());
        boolean diverged = reason == Reason.DIVERGED;
        long steps = result.ending().steps();
        return new Leg(
                steps,
                diverged ? Skill.WORST : measured.skill(),
                diverged ? Double.POSITIVE_INFINITY : measured.relativeLoss(),
                steps - from,
                (nanos.getAsLong() - began) / 1e9,
                ended || steps >= target,
                result.verdicts());
    }

    /** Measures the network that the last leg left on the test part. */
    private Tested test(TrainingPlan plan, Leg leg) {
        Optional<Batches> part = plan.data().test();
        if (part.isEmpty()) {
            return new Tested(leg, Double.NaN, Double.NaN, Double.NaN);
        }
        Skill.Measured measured = skill.measure(plan, part.get());
        return new Tested(
                leg,
                measured.scores().accuracy().orElse(Double.NaN),
                measured.loss(),
                leg.skill() == Skill.WORST ? Skill.WORST : measured.skill());
    }

    private static void close(List<TrainingListener> listeners) {
        for (TrainingListener listener : listeners) {
            if (listener instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(listener + " could not be closed", e);
                }
            }
        }
    }

    /** Ends a leg where it is to end, and keeps what the next one begins with. */
    private static final class Pace implements TrainingListener {
        private final long target;
        private final BooleanSupplier cut;
        private final StopRequest stop;
        private Checkpoint saved;

        Pace(long target, BooleanSupplier cut, StopRequest stop) {
            this.target = target;
            this.cut = cut;
            this.stop = stop;
        }

        @Override
        public void stepped(StepRecord record) {
            if (record.step() >= target || cut.getAsBoolean()) {
                stop.request();
            }
        }

        @Override
        public void checkpoint(Checkpoint checkpoint) {
            saved = checkpoint;
        }
    }
}
