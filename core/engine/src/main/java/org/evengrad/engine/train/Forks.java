package org.evengrad.engine.train;

import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.TrainingState;
import org.evengrad.engine.step.TrainingStep;
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
    }

    /**
     * Whether forks can be made: not if batches come from an iterator, which a fork would move on.
     */
    public boolean possible() {
        return plan.data().split().isPresent();
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
        Network network = plan.network();
        float[] before = new float[network.parameters().limit()];
        network.parameters().get(0, before, 0, before.length);
        TrainingState from = now.get();
        TrainingStep step =
                step(plan, horizon -> new Scaled(plan.scheduler(), horizon, rateFactor));
        Batches batches = plan.data().toTrain();
        int perEpoch = batches.perEpoch();
        int live = (int) (from.step() / perEpoch);
        int first = firstIndex(batches, order);
        StepRecord record = new StepRecord(network.tensors().size(), plan.guards().size());
        try {
            step.restore(from);
            for (int i = 0; i < steps; i++) {
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

        Scaled(Scheduler scheduler, org.evengrad.spi.Horizon horizon, double factor) {
            schedule = scheduler.start(horizon);
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
