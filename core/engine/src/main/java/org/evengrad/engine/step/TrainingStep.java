package org.evengrad.engine.step;

import java.util.List;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.PhaseTimes;
import org.evengrad.engine.network.PhaseTimes.Phase;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.StepContext;

/**
 * One step: gradient, statistics, guards, rate, optimizer. Everything it needs is allocated when it
 * is made; a step itself allocates nothing.
 *
 * <p>For one run and one calling thread; the network's workers share the work.
 */
public final class TrainingStep {
    private final ModelPasses model;
    private final Optimizer optimizer;
    private final Schedule schedule;
    private final StepTrials trials;
    private final OptimizerStep step;
    private final SnapshotRing snapshots;

    private double rateScale = 1;
    private Inspector inspector = (batch, drawSeed, record) -> {};

    /** Looks into a gradient that is not finite. */
    @FunctionalInterface
    public interface Inspector {
        /**
         * Called before the guards see the gradient, and before anything moves the parameters.
         *
         * @param batch what it was computed of
         * @param drawSeed what the network drew from
         * @param record of the step, with its loss
         */
        void notFinite(Batch batch, long drawSeed, StepRecord record);
    }

    /**
     * Prepares the steps of one run.
     *
     * @param network what is trained
     * @param optimizer moves the parameters
     * @param schedule started for the same horizon
     * @param guards in order
     * @param penalties what enters the gradient after the guards
     * @param horizon how long training is planned to last
     * @param seed of what strategies draw
     */
    public TrainingStep(
            Network network,
            Optimizer optimizer,
            Schedule schedule,
            List<GradientGuard> guards,
            Penalties penalties,
            Horizon horizon,
            long seed) {
        this.optimizer = optimizer;
        this.schedule = schedule;
        model = new ModelPasses(network, optimizer, guards, penalties, horizon, seed);
        trials = new StepTrials(model, optimizer);
        step = new OptimizerStep(model, trials, 0, 0);
        snapshots = new SnapshotRing(guards);
    }

    /** Lets someone look into gradients that are not finite. */
    public void inspectWith(Inspector who) {
        inspector = who;
    }

    /**
     * Runs one step.
     *
     * @param batch the examples
     * @param epoch epochs completed before this one
     * @param record receives what happened
     * @return how it ended; the same as in the record
     */
    public Outcome run(Batch batch, int epoch, StepRecord record) {
        StepState at = model.at;
        at.epoch = epoch;
        at.batchSize = batch.rows();
        model.batch(batch);
        record.start(at.step + 1, epoch + 1, batch.rows());
        if (snapshots.isDue(at.step)) {
            snapshots.add(save());
        }
        model.computeGradient();
        record.loss(at.loss);
        record.before(model.statistics);
        if (!record.isFinite()) {
            inspector.notFinite(batch, model.drawSeed(), record);
        }
        Outcome outcome = model.inspect(record);
        record.after(model.statistics);
        double factor = schedule.factor(at);
        switch (outcome) {
            case APPLIED -> {
                long total = model.times.total();
                long began = System.nanoTime();
                outcome = apply(factor, record);
                model.times.addRest(Phase.OPTIMIZER, began, total);
            }
            case ROLLED_BACK -> rollBack();
            case SKIPPED, STOPPED -> {}
        }
        at.step++;
        record.outcome(outcome);
        return outcome;
    }

    private Outcome apply(double factor, StepRecord record) {
        StepState at = model.at;
        if (model.guards.resetsOptimizer()) {
            model.memory.clear();
            at.updates = 0;
        }
        double scale = rateScale * model.guards.stepRateFactor();
        at.rate = optimizer.learningRate() * factor * scale;
        trials.rateScale(scale);
        double found = schedule.search(factor, trials);
        at.rate = optimizer.learningRate() * found * scale;
        record.learningRate(at.rate);
        if (!step.run(optimizer)) {
            model.measureParameters();
            return Outcome.SKIPPED;
        }
        model.endUpdate();
        if (model.network.updated(at.step, at.epoch)) {
            model.measureParameters();
        }
        at.updates++;
        for (int t = 0; t < model.layout.count(); t++) {
            record.updateRatio(t, model.sizes.updateRatio(t));
        }
        return Outcome.APPLIED;
    }

    private void rollBack() {
        double scale = rateScale * model.guards.rateFactor();
        long seen = model.at.step;
        // The guard that went back remembers that it did; else it would do so for ever.
        int ruler = model.guards.rolledBackBy();
        double[] memory = model.guards.save(ruler);
        snapshots.back(model.guards.snapshotsBack()).ifPresent(this::restore);
        model.guards.restore(ruler, memory);
        model.at.step = seen;
        rateScale = scale;
    }

    /**
     * Wakes the guards on standby.
     *
     * @return the index of each that begins to guard now
     */
    public List<Integer> wakeGuards() {
        return model.guards.wake();
    }

    /** The snapshots that a guard can go back to, the newest first. */
    public List<TrainingState> snapshots() {
        return snapshots.all();
    }

    /** Replaces the snapshots that a guard can go back to, the newest first. */
    public void restoreSnapshots(List<TrainingState> saved) {
        snapshots.replace(saved);
    }

    /** Everything that the next step depends on, copied, but for the snapshots. */
    public TrainingState save() {
        float[] values = new float[model.layout.total()];
        model.parameters.get(0, values, 0, values.length);
        return new TrainingState(
                model.at.step,
                model.at.updates,
                rateScale,
                model.at.rate,
                values,
                model.memory.flatSlots(),
                model.memory.scalars.clone(),
                model.sizes.save(),
                schedule.save(),
                model.guards.save(),
                model.guards.saveSlots());
    }

    /**
     * Goes back to a saved state.
     *
     * @throws IllegalArgumentException if it is that of another model or other strategies
     */
    public void restore(TrainingState state) {
        if (state.parameters().length != model.layout.total()
                || state.slots().length != model.memory.slots()
                || state.scalars().length != model.memory.scalars.length
                || state.sizes().length != model.sizes.saved()
                || state.guards().length != model.guards.count()) {
            throw new IllegalArgumentException("the saved state is that of another model");
        }
        model.at.step = state.step();
        model.at.updates = state.updates();
        model.at.rate = state.rate();
        rateScale = state.rateScale();
        model.parameters.put(0, state.parameters(), 0, state.parameters().length);
        model.memory.restore(state.slots(), state.scalars());
        // A snapshot may be gone back to twice, so nobody gets its own array.
        schedule.restore(state.schedule().clone());
        model.guards.restore(state.guards(), state.guardSlots());
        model.sizes.restore(state.sizes());
    }

    /**
     * Rewrites the network's parameters into those to evaluate with, if the optimizer has others.
     */
    public void showEvaluationParameters() {
        model.showEvaluationParameters(optimizer);
    }

    /** How long the phases took so far; whoever reads batches adds that. */
    public PhaseTimes times() {
        return model.times;
    }

    /** Where training stands. */
    public StepContext at() {
        return model.at;
    }
}
