package org.evengrad.engine.train;

import java.util.function.DoubleSupplier;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.TrainingState;
import org.evengrad.engine.step.TrainingStep;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.StepContext;

/**
 * Steps from where a run stands, with another learning rate or other batches, that leave no trace:
 * the parameters are put back bit for bit, and optimizer, schedule and guards are others with the
 * same memory. For the thread that trains.
 */
public final class Forks {
    private final TrainingPlan plan;
    private final Supplier<TrainingState> now;

    /**
     * Forks of a run.
     *
     * @param now where it stands
     */
    Forks(TrainingPlan plan, Supplier<TrainingState> now) {
        this.plan = plan;
        this.now = now;
    }

    /**
     * Forks of a run that has not begun, from the parameters that the network has when one is made.
     */
    public static Forks beforeTraining(TrainingPlan plan) {
        return new Forks(plan, () -> step(plan, plan.scheduler()).save());
    }

    /** The same, from the first weights that the run was given, whatever it came to since. */
    public static Forks fromFirstWeights(TrainingPlan plan) {
        return new Forks(
                plan,
                () -> {
                    plan.firstWeights().orElseThrow().draw(plan.seed());
                    return step(plan, plan.scheduler()).save();
                });
    }

    /** Follows the steps of a fork. */
    @FunctionalInterface
    public interface Follower {
        /**
         * Called after each step.
         *
         * @param record what happened; reused
         * @param batch the step's examples
         */
        void stepped(StepRecord record, Batch batch);

        /** Whether what was seen is enough, so that the fork ends before its last step. */
        default boolean enough() {
            return false;
        }
    }

    /**
     * Whether forks can be made: not if batches come from an iterator, which a fork would move on.
     */
    public boolean possible() {
        return plan.data().toTrain().inAnyOrder();
    }

    /**
     * Takes steps from where the run stands, and undoes them.
     *
     * @param rateFactor what the learning rate is multiplied by
     * @param order which order of batches, from 0; the same one gives the same batches
     * @param steps how many
     * @param follower is told of each
     * @param measure what to measure behind the last step, before it is all undone
     * @return what was measured
     */
    public double run(
            double rateFactor, int order, int steps, Follower follower, DoubleSupplier measure) {
        return run(
                (horizon, from) -> new Scaled(plan.scheduler().start(horizon), rateFactor),
                order,
                steps,
                follower,
                measure);
    }

    /**
     * Takes steps with rates of their own, whatever the schedule has planned, and undoes them.
     *
     * @param rate the learning rate of each step, counted from 0
     * @param order which order of batches, from 0; the same one gives the same batches
     * @param steps how many
     * @param follower is told of each
     * @param measure what to measure behind the last step, before it is all undone
     * @return what was measured
     */
    public double runAt(
            IntToDoubleFunction rate,
            int order,
            int steps,
            Follower follower,
            DoubleSupplier measure) {
        double whole = plan.optimizer().learningRate();
        return run(
                (horizon, from) ->
                        at -> rate.applyAsDouble((int) (at.step() - from.step())) / whole,
                order,
                steps,
                follower,
                measure);
    }

    /** What changes the rate in a fork. */
    @FunctionalInterface
    private interface Rates {
        Schedule start(Horizon horizon, TrainingState from);
    }

    private double run(
            Rates rates, int order, int steps, Follower follower, DoubleSupplier measure) {
        Network network = plan.network();
        float[] before = new float[network.parameters().limit()];
        network.parameters().get(0, before, 0, before.length);
        TrainingState from = now.get();
        TrainingStep step = step(plan, horizon -> rates.start(horizon, from));
        Batches batches = plan.data().toTrain();
        int perEpoch = batches.perEpoch();
        int live = (int) (from.step() / perEpoch);
        int first = firstIndex(batches, order);
        StepRecord record = new StepRecord(network.tensors().size(), plan.guards().size());
        try {
            step.restore(from);
            for (int i = 0; i < steps && !follower.enough(); i++) {
                // Epochs that are still to come have other orders; without shuffling only where
                // to begin differs.
                int epoch = live + 1 + order + (first + i) / perEpoch;
                Batch batch = batches.get(epoch, (first + i) % perEpoch);
                step.run(batch, live, record);
                follower.stepped(record, batch);
            }
            return measure.getAsDouble();
        } finally {
            network.parameters().put(0, before, 0, before.length);
        }
    }

    private static int firstIndex(Batches batches, int order) {
        int index = (int) ((long) order * batches.perEpoch() / 3 % batches.perEpoch());
        while (!batches.standsAlone(index)) {
            index--;
        }
        return index;
    }

    private static TrainingStep step(TrainingPlan plan, Scheduler scheduler) {
        return new TrainingStep(
                plan.network(),
                plan.optimizer(),
                scheduler.start(plan.horizon()),
                plan.guards(),
                plan.penalties(),
                plan.horizon(),
                plan.seed());
    }

    /** A schedule with all its factors multiplied by one more. */
    private static final class Scaled implements Schedule {
        private final Schedule schedule;
        private final double factor;

        Scaled(Schedule schedule, double factor) {
            this.schedule = schedule;
            this.factor = factor;
        }

        @Override
        public double factor(StepContext at) {
            return factor * schedule.factor(at);
        }

        @Override
        public double search(double start, Trials trials) {
            return schedule.search(start, trials);
        }

        @Override
        public double[] save() {
            return schedule.save();
        }

        @Override
        public void restore(double[] saved) {
            schedule.restore(saved);
        }
    }
}
