package org.evengrad.engine.step;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.evengrad.engine.step.StepRecord.Action;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Ruling;

/**
 * The guards of one run, in order. Scales are collected as one factor per tensor and folded into
 * whatever reads the gradient next, so that clipping by norm touches no memory.
 */
final class GuardChain {
    /** Folding a scale into the elements changes a sum of squares by less than this share of it. */
    private static final double ROUNDING = 1e-6;

    private final Layout layout;
    private final FloatBuffer gradient;
    private final FloatBuffer parameters;
    private final Statistics statistics;
    private final Passes passes;
    private final Guard[] guards;
    private final Cut[] cuts;
    private final float[][][] states;
    private final float[] factors;
    private final double[] squares;
    private final Passes.Visit transforming = this::transform;
    private double[] parts = new double[0];
    private StepState at;
    private int transformer;
    private final Decision decision = new Decision();

    GuardChain(
            List<GradientGuard> strategies,
            Layout layout,
            FloatBuffer parameters,
            FloatBuffer gradient,
            Statistics statistics,
            Passes passes) {
        this.layout = layout;
        this.parameters = parameters;
        this.gradient = gradient;
        this.statistics = statistics;
        this.passes = passes;
        int count = strategies.size();
        guards = new Guard[count];
        cuts = new Cut[count];
        states = new float[count][][];
        factors = new float[layout.count()];
        squares = new double[layout.count()];
        for (int i = 0; i < count; i++) {
            GradientGuard strategy = strategies.get(i);
            guards[i] = strategy.start(layout.tensors());
            cuts[i] = new Cut(layout, strategy.grain());
            states[i] = new float[strategy.slots()][layout.total()];
            passes.reserve(cuts[i], strategy.slots());
        }
    }

    /**
     * Lets every guard look at the gradient that the statistics describe.
     *
     * @param meanFactor what turns the raw gradient into the mean
     * @param record takes what the guards did; null for a gradient within a step
     * @return how the step goes on
     */
    Outcome inspect(float meanFactor, StepState at, StepRecord record) {
        Arrays.fill(factors, meanFactor);
        decision.begin(record);
        for (int i = 0; i < guards.length; i++) {
            decision.guard(i);
            at.gradientNorm = statistics.globalNorm();
            guards[i].inspect(statistics, at, decision);
            if (decision.outcome != Outcome.APPLIED) {
                return decision.outcome;
            }
            if (decision.transform != null && transform(i, at)) {
                decision.transformed();
            }
        }
        at.gradientNorm = statistics.globalNorm();
        return Outcome.APPLIED;
    }

    /** Rewrites the gradient; false if it stayed as it was. */
    private boolean transform(int guard, StepState where) {
        Cut cut = cuts[guard];
        if (parts.length < cut.count()) {
            parts = new double[cut.count()];
        }
        transformer = guard;
        at = where;
        passes.showSlots(0, states[guard].length);
        passes.run(cut, transforming);
        Arrays.fill(squares, 0);
        for (int i = 0; i < cut.count(); i++) {
            squares[cut.tensor(i)] += parts[i];
        }
        boolean changed = false;
        for (int t = 0; t < squares.length; t++) {
            double before = statistics.sumOfSquares(t);
            changed |= !(Math.abs(squares[t] - before) <= ROUNDING * before);
        }
        statistics.measured(squares);
        Arrays.fill(factors, 1);
        return changed;
    }

    private void transform(PassWorker worker, Cut cut, int block) {
        ModelChunk chunk = worker.chunk;
        float[][] slots = states[transformer];
        for (int i = cut.firstOf(block); i < cut.endOf(block); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            chunk.loadGradient(gradient, factors[cut.tensor(i)]);
            chunk.loadStates(slots);
            guards[transformer].transform(chunk, at);
            chunk.storeGradient(gradient);
            chunk.storeStates(slots);
            parts[i] = Sums.ofSquares(chunk.gradient(), chunk.size());
        }
    }

    /** Wakes the guards that wait; tells the index of each that did not guard yet. */
    List<Integer> wake() {
        List<Integer> woken = new ArrayList<>();
        for (int i = 0; i < guards.length; i++) {
            if (guards[i] instanceof StandbyGuard.Waiting waiting && waiting.wake()) {
                woken.add(i);
            }
        }
        return woken;
    }

    /** Lets a gradient pass that no guard looks at. */
    void passAll(float meanFactor) {
        Arrays.fill(factors, meanFactor);
    }

    /** What a tensor's raw gradient is to be multiplied by when it is read. */
    float factor(int tensor) {
        return factors[tensor];
    }

    /** Whether a guard asked to set the optimizer's memory to zero before this step. */
    boolean resetsOptimizer() {
        return decision.resetOptimizer;
    }

    /** What the guards multiply the learning rate of this step by. */
    double stepRateFactor() {
        return decision.stepRateFactor;
    }

    /** How many snapshots to go back, after {@link Outcome#ROLLED_BACK}. */
    int snapshotsBack() {
        return decision.snapshotsBack;
    }

    /** What the rate is multiplied by, after {@link Outcome#ROLLED_BACK}. */
    double rateFactor() {
        return decision.rateFactor;
    }

    /** Which guard asked for the roll-back, after {@link Outcome#ROLLED_BACK}. */
    int rolledBackBy() {
        return decision.rolledBackBy;
    }

    /** What one guard remembers; its slots are not in it. */
    double[] save(int guard) {
        return guards[guard].save();
    }

    /** Gives one guard back what {@link #save(int)} gave. */
    void restore(int guard, double[] saved) {
        guards[guard].restore(saved);
    }

    /** What all guards remember, one array each; the slots are not in it. */
    double[][] save() {
        double[][] saved = new double[guards.length][];
        for (int i = 0; i < guards.length; i++) {
            saved[i] = save(i);
        }
        return saved;
    }

    /** A copy of the slots of all guards. */
    float[][][] saveSlots() {
        float[][][] saved = new float[guards.length][][];
        for (int i = 0; i < guards.length; i++) {
            saved[i] = new float[states[i].length][];
            for (int slot = 0; slot < saved[i].length; slot++) {
                saved[i][slot] = states[i][slot].clone();
            }
        }
        return saved;
    }

    /** Goes back to what {@link #save} and {@link #saveSlots} gave, which stay as they are. */
    void restore(double[][] saved, float[][][] slots) {
        for (int i = 0; i < guards.length; i++) {
            guards[i].restore(saved[i].clone());
            for (int slot = 0; slot < slots[i].length; slot++) {
                System.arraycopy(slots[i][slot], 0, states[i][slot], 0, slots[i][slot].length);
            }
        }
    }

    /** A copy of what the gradient is to be multiplied by. */
    float[] saveFactors() {
        return factors.clone();
    }

    void restoreFactors(float[] saved) {
        System.arraycopy(saved, 0, factors, 0, factors.length);
    }

    /** How many guards there are. */
    int count() {
        return guards.length;
    }

    /** The ruling that guards write to. */
    private final class Decision implements Ruling {
        private StepRecord record;
        private int guard;
        private Outcome outcome;
        private String transform;
        private double stepRateFactor;
        private boolean resetOptimizer;
        private int rolledBackBy;
        private int snapshotsBack;
        private double rateFactor;

        void begin(StepRecord target) {
            record = target;
            outcome = Outcome.APPLIED;
            stepRateFactor = 1;
            resetOptimizer = false;
            snapshotsBack = 0;
            rateFactor = 1;
        }

        void guard(int index) {
            guard = index;
            transform = null;
        }

        private void note(Action kind, int tensor, double factor, String reason) {
            if (record != null) {
                record.action(guard, kind, tensor, factor, reason);
            }
        }

        @Override
        public void scale(double factor, String reason) {
            for (int t = 0; t < factors.length; t++) {
                factors[t] *= (float) factor;
                statistics.scale(t, factor);
            }
            note(Action.SCALE, -1, factor, reason);
        }

        @Override
        public void scale(int tensor, double factor, String reason) {
            factors[tensor] *= (float) factor;
            statistics.scale(tensor, factor);
            note(Action.SCALE, tensor, factor, reason);
        }

        @Override
        public void scaleRate(double factor, String reason) {
            stepRateFactor *= factor;
            note(Action.SCALE_RATE, -1, factor, reason);
        }

        @Override
        public void transform(String reason) {
            transform = reason;
        }

        /** Some guards look at each element in every step, and change none of them in most. */
        void transformed() {
            note(Action.TRANSFORM, -1, 1, transform);
        }

        @Override
        public void skip(String reason) {
            raise(Outcome.SKIPPED);
            note(Action.SKIP, -1, 1, reason);
        }

        @Override
        public void rollBack(int snapshots, double factor, String reason) {
            raise(Outcome.ROLLED_BACK);
            rolledBackBy = guard;
            snapshotsBack = snapshots;
            rateFactor = factor;
            note(Action.ROLL_BACK, -1, factor, reason);
        }

        @Override
        public void resetOptimizer(String reason) {
            resetOptimizer = true;
            note(Action.RESET_OPTIMIZER, -1, 1, reason);
        }

        @Override
        public void stop(String reason) {
            raise(Outcome.STOPPED);
            note(Action.STOP, -1, 1, reason);
        }

        /** The outcomes are declared from the weakest to the strongest. */
        private void raise(Outcome wanted) {
            if (wanted.compareTo(outcome) > 0) {
                outcome = wanted;
            }
        }
    }
}
