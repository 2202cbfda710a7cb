package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.Forks;

/**
 * Tries other learning rates from the same state, on three orders of batches: an experiment in
 * place of a rule. What was tried once is remembered. Leaves parameters and memory as they were.
 */
final class LearningRateTrial {
    /** Tries nothing. */
    static final LearningRateTrial NONE = new LearningRateTrial();

    /** So many orders of batches must agree. */
    static final int ORDERS = 3;

    private static final int MOST_ORDERS = 2;

    /** Steps of a fork, if there is time for so many. */
    static final int STEPS = 50;

    /** Fewer tell nothing. */
    static final int FEWEST_STEPS = 10;

    /** Three orders with the rate as it is, with less, with much less, and with more. */
    static final int MOST_FORKS = 4 * ORDERS;

    /** In so many steps the loss on the same batch is measured behind each. */
    static final int WATCHED_STEPS = 20;

    private final Optional<Forks> forks;
    private final ProbeBatch probe;
    private final int steps;
    private final boolean nearPeak;
    private final long until;
    private final List<Arm> asIs = new ArrayList<>();
    private final Map<Double, List<Double>> others = new HashMap<>();
    private double lossBefore = Double.NaN;
    private long taken;

    /**
     * Where a fork ended.
     *
     * @param loss on the probe batch
     * @param rises in how many of its first steps the loss on the step's own batch rose
     */
    private record Arm(double loss, int rises) {}

    /**
     * The rate as it is beside another one.
     *
     * @param steps of each fork
     * @param before the probe loss in front of all
     * @param asIs the probe losses behind the forks with the rate as it is, by order
     * @param other those with the other rate
     */
    record Comparison(int steps, double before, List<Double> asIs, List<Double> other) {
        Comparison {
            asIs = List.copyOf(asIs);
            other = List.copyOf(other);
        }

        /** In how many orders something holds for the two losses. */
        int orders(BiPredicate<Double, Double> holds) {
            int count = 0;
            for (int i = 0; i < other.size(); i++) {
                count += holds.test(asIs.get(i), other.get(i)) ? 1 : 0;
            }
            return count;
        }

        double meanAsIs() {
            return mean(asIs);
        }

        double meanOther() {
            return mean(other);
        }

        private static double mean(List<Double> losses) {
            return losses.stream().mapToDouble(loss -> loss).average().orElse(Double.NaN);
        }
    }

    private LearningRateTrial() {
        forks = Optional.empty();
        probe = null;
        steps = 0;
        nearPeak = false;
        until = 0;
    }

    /**
     * Trials from where a run stands.
     *
     * @param steps of a fork
     * @param nearPeak whether the schedule is about at its largest rate
     * @param nanos how long trials may take; when it is over, nothing more is tried
     */
    LearningRateTrial(Forks forks, ProbeBatch probe, int steps, boolean nearPeak, long nanos) {
        this.forks = Optional.of(forks).filter(Forks::possible);
        this.probe = probe;
        this.steps = steps;
        this.nearPeak = nearPeak;
        until = nanos == Long.MAX_VALUE ? nanos : System.nanoTime() + nanos;
    }

    /**
     * Trials before the first step, with the weights that the network has.
     *
     * @param steps of a fork; none is tried with too few
     */
    static LearningRateTrial of(TrainingPlan plan, ProbeBatch probe, int steps) {
        if (steps < FEWEST_STEPS) {
            return NONE;
        }
        boolean nearPeak = ScheduleShape.of(plan.scheduler(), plan.horizon(), STEPS / 2).nearPeak();
        return new LearningRateTrial(
                Forks.beforeTraining(plan), probe, steps, nearPeak, Long.MAX_VALUE);
    }

    boolean possible() {
        return forks.isPresent();
    }

    /** Whether the rate that is tried is about as large as the schedule makes it. */
    boolean nearPeak() {
        return nearPeak;
    }

    /** Whether the rate as it is gets below a loss in at least two of three orders of batches. */
    boolean getsBelow(double loss) {
        int below = 0;
        for (int order = 0; order < ORDERS && below < MOST_ORDERS; order++) {
            below += hasTime() && asIs(order).loss() < loss ? 1 : 0;
        }
        return below >= MOST_ORDERS;
    }

    /** How many of the first steps made the loss on their own batch higher. */
    int rises() {
        return hasTime() ? asIs(0).rises() : 0;
    }

    private boolean hasTime() {
        return possible() && (until == Long.MAX_VALUE || System.nanoTime() < until);
    }

    /**
     * Tries another rate.
     *
     * @param factor what the rate is multiplied by
     * @param goesOn whether two losses, with the rate as it is and with the other one, are reason
     *     to try the next order
     * @return empty if it cannot be tried, or there was not enough time
     */
    Optional<Comparison> against(double factor, BiPredicate<Double, Double> goesOn) {
        List<Double> same = new ArrayList<>();
        List<Double> other = new ArrayList<>();
        for (int order = 0; order < ORDERS; order++) {
            if (!hasTime()) {
                return Optional.empty();
            }
            double usual = asIs(order).loss();
            List<Double> known = others.computeIfAbsent(factor, f -> new ArrayList<>());
            if (known.size() <= order) {
                known.add(run(factor, order, steps, (record, batch) -> {}));
            }
            double tried = known.get(order);
            same.add(usual);
            other.add(tried);
            if (!goesOn.test(usual, tried)) {
                break;
            }
        }
        return Optional.of(new Comparison(steps, lossBefore(), same, other));
    }

    private double run(double factor, int order, int count, Forks.Follower follower) {
        taken += count;
        return forks.orElseThrow().run(factor, order, count, follower, probe::loss);
    }

    /** How many steps forks took so far. */
    long taken() {
        return taken;
    }

    /** The probe loss in front of all forks. */
    double lossBefore() {
        if (Double.isNaN(lossBefore)) {
            lossBefore = run(1, 0, 0, (record, batch) -> {});
        }
        return lossBefore;
    }

    private Arm asIs(int order) {
        while (asIs.size() <= order) {
            Rises rises = new Rises(asIs.isEmpty());
            double loss = run(1, asIs.size(), steps, rises);
            asIs.add(new Arm(loss, rises.count));
        }
        return asIs.get(order);
    }

    /** Counts steps that made the loss on their own batch higher. */
    private final class Rises implements Forks.Follower {
        private final boolean watches;
        private int seen;
        private int count;

        Rises(boolean watches) {
            this.watches = watches;
        }

        @Override
        public void stepped(StepRecord record, Batch batch) {
            if (watches && seen < WATCHED_STEPS) {
                seen++;
                count += probe.lossOf(batch) <= record.loss() ? 0 : 1;
            }
        }
    }
}
