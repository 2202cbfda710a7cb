package org.evengrad.engine.step;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Snapshots;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;

/**
 * One step: gradient, statistics, guards, rate, optimizer. Everything it needs is allocated when it
 * is made; a step itself allocates nothing.
 *
 * <p>For one run and one thread.
 */
public final class TrainingStep {
    /** A tensor at zero is taken to be this large for each element, as root mean square. */
    private static final double SMALLEST_PARAMETER = 1e-3;

    private final Network network;
    private final FloatBuffer parameters;
    private final FloatBuffer gradient;
    private final Layout layout;
    private final Optimizer optimizer;
    private final Schedule schedule;
    private final Penalties penalties;
    private final Statistics statistics;
    private final StepState at;
    private final ModelChunk chunk;
    private final Cut[] cuts = new Cut[Grain.values().length];
    private final GuardChain guards;
    private final OptimizerMemory memory;
    private final EngineStep step;
    private final BatchTrials trials = new BatchTrials();
    private final float[] before;
    private final float[] change;
    private final double[] sizeBefore;
    private final double[] updateSumOfSquares;
    private final int snapshotEvery;
    private final int snapshotKeep;
    private final Deque<TrainingState> snapshots = new ArrayDeque<>();

    private Batch batch;
    private double rateScale = 1;
    private boolean firstPass;

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
        this.network = network;
        this.optimizer = optimizer;
        this.schedule = schedule;
        this.penalties = penalties;
        parameters = network.parameters();
        gradient = network.gradient();
        layout = new Layout(network.tensors());
        statistics = new Statistics(layout.count());
        at = new StepState(horizon);
        chunk = new ModelChunk(layout, seed);
        this.guards = new GuardChain(guards, layout, parameters, gradient, statistics, chunk);
        memory = new OptimizerMemory(optimizer, layout.total());
        step = new EngineStep(0, 0);
        chunk.reserve(cut(optimizer.grain()).largest(), memory.slots.length);
        before = new float[layout.total()];
        change = new float[Cut.CHUNK];
        sizeBefore = new double[layout.count()];
        updateSumOfSquares = new double[layout.count()];
        int every = 0;
        int keep = 0;
        for (GradientGuard guard : guards) {
            Snapshots wanted = guard.snapshots();
            if (wanted.everySteps() > 0) {
                every = every == 0 ? wanted.everySteps() : Math.min(every, wanted.everySteps());
                keep = Math.max(keep, wanted.keep());
            }
        }
        snapshotEvery = every;
        snapshotKeep = keep;
        measureParameters();
    }

    private Cut cut(Grain grain) {
        Cut known = cuts[grain.ordinal()];
        if (known == null) {
            known = new Cut(layout, grain);
            cuts[grain.ordinal()] = known;
            chunk.reserve(known.largest(), memory.slots.length);
        }
        return known;
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
        this.batch = batch;
        at.epoch = epoch;
        record.start(at.step + 1, epoch + 1, batch.rows());
        if (snapshotEvery > 0 && at.step % snapshotEvery == 0) {
            takeSnapshot();
        }
        at.loss = network.gradient(batch);
        record.loss(at.loss);
        measureGradient();
        record.before(statistics);
        Outcome outcome = guards.inspect(meanFactor(), at, record);
        record.after(statistics);
        double factor = schedule.factor(at);
        switch (outcome) {
            case APPLIED -> outcome = apply(factor, record);
            case ROLLED_BACK -> rollBack();
            case SKIPPED, STOPPED -> {}
        }
        at.step++;
        record.outcome(outcome);
        this.batch = null;
        return outcome;
    }

    private Outcome apply(double factor, StepRecord record) {
        if (guards.resetsOptimizer()) {
            memory.clear();
        }
        at.rate = optimizer.learningRate() * factor * rateScale;
        double found = schedule.search(factor, trials);
        at.rate = optimizer.learningRate() * found * rateScale;
        record.learningRate(at.rate);
        for (int t = 0; t < sizeBefore.length; t++) {
            sizeBefore[t] = Math.sqrt(statistics.parameterSumOfSquares(t));
            updateSumOfSquares[t] = 0;
        }
        step.refused = false;
        firstPass = true;
        optimizer.step(step);
        if (step.refused) {
            return Outcome.SKIPPED;
        }
        at.updates++;
        for (int t = 0; t < layout.count(); t++) {
            record.updateRatio(t, updateRatio(t));
        }
        return Outcome.APPLIED;
    }

    private double updateRatio(int tensor) {
        double floor = SMALLEST_PARAMETER * Math.sqrt(layout.size(tensor));
        return Math.sqrt(updateSumOfSquares[tensor]) / Math.max(sizeBefore[tensor], floor);
    }

    private float meanFactor() {
        return 1f / batch.rows();
    }

    private void measureGradient() {
        statistics.clear();
        Cut cut = cut(Grain.ELEMENTS);
        double mean = meanFactor();
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadGradient(gradient, 1);
            statistics.add(cut.tensor(i), chunk.gradient(), chunk.size(), mean);
        }
    }

    /** Later on, the optimizer's pass measures what it writes. */
    private void measureParameters() {
        Cut cut = cut(Grain.ELEMENTS);
        double[] sums = new double[layout.count()];
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, 0);
            chunk.loadParameters(parameters);
            sums[cut.tensor(i)] += sumOfSquares(chunk.parameters(), chunk.size());
        }
        for (int t = 0; t < sums.length; t++) {
            statistics.parameterSumOfSquares(t, sums[t]);
        }
    }

    private static double sumOfSquares(float[] values, int size) {
        return Sums.ofSquares(values, size, Sums.largest(values, size));
    }

    /**
     * Calls a kernel for every chunk, with parameters, gradient and slots, and writes back what it
     * changed.
     */
    private void each(Grain grain, Step.Kernel kernel, int firstSlot) {
        Cut cut = cut(grain);
        chunk.showSlots(firstSlot, memory.slots.length - firstSlot);
        Arrays.fill(updateSumOfSquares, 0);
        double squares = 0;
        int last = -1;
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, at.step);
            load();
            if (firstPass) {
                System.arraycopy(chunk.parameters(), 0, before, chunk.flatStart(), chunk.size());
            }
            kernel.run(chunk, at);
            updateSumOfSquares[cut.tensor(i)] += measureUpdate();
            chunk.storeParameters(parameters);
            chunk.storeStates(memory.slots);
            if (cut.tensor(i) != last) {
                if (last >= 0) {
                    statistics.parameterSumOfSquares(last, squares);
                }
                last = cut.tensor(i);
                squares = 0;
            }
            squares += sumOfSquares(chunk.parameters(), chunk.size());
        }
        if (last >= 0) {
            statistics.parameterSumOfSquares(last, squares);
        }
        firstPass = false;
    }

    private void load() {
        chunk.loadParameters(parameters);
        chunk.loadGradient(gradient, guards.factor(chunk.tensorIndex()));
        chunk.addPenalties(
                penalties.l1()[chunk.tensorIndex()], penalties.l2()[chunk.tensorIndex()]);
        chunk.loadStates(memory.slots);
    }

    /** The sum of squares of what the step has changed so far, however many passes it took. */
    private double measureUpdate() {
        double sum = 0;
        float[] now = chunk.parameters();
        for (int from = 0; from < chunk.size(); from += change.length) {
            int size = Math.min(change.length, chunk.size() - from);
            int flat = chunk.flatStart() + from;
            for (int i = 0; i < size; i++) {
                change[i] = now[from + i] - before[flat + i];
            }
            sum += sumOfSquares(change, size);
        }
        return sum;
    }

    private void takeSnapshot() {
        if (snapshots.size() == snapshotKeep) {
            snapshots.removeLast();
        }
        snapshots.addFirst(save());
    }

    private void rollBack() {
        int back = Math.max(1, Math.min(guards.snapshotsBack(), snapshots.size()));
        double scale = rateScale * guards.rateFactor();
        long seen = at.step;
        for (int i = 1; i < back; i++) {
            snapshots.removeFirst();
        }
        if (!snapshots.isEmpty()) {
            restore(snapshots.peekFirst());
        }
        at.step = seen;
        rateScale = scale;
    }

    /** The snapshots that a guard can go back to, the newest first. */
    public List<TrainingState> snapshots() {
        return List.copyOf(snapshots);
    }

    /** Replaces the snapshots that a guard can go back to, the newest first. */
    public void restoreSnapshots(List<TrainingState> saved) {
        snapshots.clear();
        snapshots.addAll(saved);
    }

    /** Everything that the next step depends on, copied, but for the snapshots. */
    public TrainingState save() {
        float[] values = new float[layout.total()];
        parameters.get(0, values, 0, values.length);
        OptimizerMemory copy = memory.copy();
        return new TrainingState(
                at.step,
                at.updates,
                rateScale,
                at.rate,
                values,
                copy.slots,
                copy.scalars,
                schedule.save(),
                guards.save(),
                guards.saveSlots());
    }

    /**
     * Goes back to a saved state.
     *
     * @throws IllegalArgumentException if it is that of another model or other strategies
     */
    public void restore(TrainingState state) {
        if (state.parameters().length != layout.total()
                || state.slots().length != memory.slots.length
                || state.scalars().length != memory.scalars.length
                || state.guards().length != guards.count()) {
            throw new IllegalArgumentException("the saved state is that of another model");
        }
        at.step = state.step();
        at.updates = state.updates();
        at.rate = state.rate();
        rateScale = state.rateScale();
        parameters.put(0, state.parameters(), 0, state.parameters().length);
        for (int i = 0; i < memory.slots.length; i++) {
            System.arraycopy(state.slots()[i], 0, memory.slots[i], 0, memory.slots[i].length);
        }
        System.arraycopy(state.scalars(), 0, memory.scalars, 0, memory.scalars.length);
        // A snapshot may be gone back to twice, so nobody gets its own array.
        schedule.restore(state.schedule().clone());
        guards.restore(state.guards(), state.guardSlots());
        measureParameters();
    }

    /**
     * Rewrites the network's parameters into those to evaluate with, if the optimizer has others.
     */
    public void showEvaluationParameters() {
        Cut cut = cut(optimizer.grain());
        chunk.showSlots(0, memory.slots.length);
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            chunk.loadStates(memory.slots);
            optimizer.evaluationParameters(chunk, at);
            chunk.storeParameters(parameters);
        }
    }

    /** Where training stands. */
    public StepContext at() {
        return at;
    }

    /** The step that an optimizer sees, from a first slot and scalar on. */
    private final class EngineStep implements Step {
        private final int firstSlot;
        private final int firstScalar;
        private EngineStep inner;
        private double[] sums = new double[0];
        private boolean refused;
        private Optimizer applied;
        private final Kernel update = (piece, where) -> applied.update(piece, where);

        EngineStep(int firstSlot, int firstScalar) {
            this.firstSlot = firstSlot;
            this.firstScalar = firstScalar;
        }

        @Override
        public StepContext at() {
            return at;
        }

        @Override
        public double scalar(int index) {
            return memory.scalars[scalarAt(index)];
        }

        @Override
        public void scalar(int index, double value) {
            memory.scalars[scalarAt(index)] = value;
        }

        private int scalarAt(int index) {
            return firstScalar + Objects.checkIndex(index, memory.scalars.length - firstScalar);
        }

        @Override
        public boolean gradient() {
            trials.beforeGradient();
            at.loss = network.gradient(batch);
            measureGradient();
            boolean passed = guards.inspect(meanFactor(), at, null) == Outcome.APPLIED;
            step.refused |= !passed;
            return passed;
        }

        @Override
        public double loss() {
            return network.loss(batch);
        }

        @Override
        public void apply(Optimizer other) {
            applied = other;
            TrainingStep.this.each(other.grain(), update, firstSlot);
        }

        @Override
        public void each(Grain grain, Kernel kernel) {
            TrainingStep.this.each(grain, kernel, firstSlot);
        }

        @Override
        public double[] sums(Grain grain, int count, Summand summand) {
            if (sums.length != count) {
                sums = new double[count];
            }
            Arrays.fill(sums, 0);
            Cut cut = cut(grain);
            chunk.showSlots(firstSlot, memory.slots.length - firstSlot);
            for (int i = 0; i < cut.count(); i++) {
                chunk.at(cut, i, at.step);
                load();
                summand.add(chunk, at, sums);
            }
            return sums;
        }

        @Override
        public Step inner(int slotsToSkip, int scalarsToSkip) {
            int slot = firstSlot + slotsToSkip;
            int scalar = firstScalar + scalarsToSkip;
            if (inner == null || inner.firstSlot != slot || inner.firstScalar != scalar) {
                inner = new EngineStep(slot, scalar);
            }
            return inner;
        }
    }

    /** Steps that a schedule tries: taken, judged, undone. */
    private final class BatchTrials implements Schedule.Trials {
        private float[] saved = new float[0];
        private OptimizerMemory savedMemory;
        private boolean running;
        private Overwritten overwritten;

        /** Called before an optimizer computes a gradient of its own. */
        void beforeGradient() {
            if (running && overwritten == null) {
                overwritten = new Overwritten();
            }
        }

        @Override
        public double lossBefore() {
            return at.loss;
        }

        @Override
        public double lossAt(double factor) {
            if (saved.length == 0) {
                saved = new float[layout.total()];
                savedMemory = memory.copy();
            }
            parameters.get(0, saved, 0, saved.length);
            savedMemory.copyFrom(memory);
            double rate = at.rate;
            at.rate = optimizer.learningRate() * factor * rateScale;
            running = true;
            firstPass = true;
            optimizer.step(step);
            running = false;
            double loss = network.loss(batch);
            parameters.put(0, saved, 0, saved.length);
            memory.copyFrom(savedMemory);
            at.rate = rate;
            if (overwritten != null) {
                overwritten.putBack();
                overwritten = null;
            }
            measureParameters();
            return loss;
        }
    }

    /** What a gradient within a trial overwrites. Only such optimizers pay for the copies. */
    private final class Overwritten {
        private final float[] gradientBefore = new float[layout.total()];
        private final Statistics statisticsBefore = new Statistics(layout.count());
        private final float[] factors = guards.saveFactors();
        private final double[][] guardMemory = guards.save();
        private final float[][][] guardSlots = guards.saveSlots();
        private final double loss = at.loss;
        private final double gradientNorm = at.gradientNorm;

        Overwritten() {
            gradient.get(0, gradientBefore, 0, gradientBefore.length);
            statisticsBefore.copyFrom(statistics);
        }

        void putBack() {
            gradient.put(0, gradientBefore, 0, gradientBefore.length);
            statistics.copyFrom(statisticsBefore);
            guards.restoreFactors(factors);
            guards.restore(guardMemory, guardSlots);
            at.loss = loss;
            at.gradientNorm = gradientNorm;
        }
    }
}
