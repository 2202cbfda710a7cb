package org.evengrad.engine.step;

import java.nio.FloatBuffer;
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
    private final Layout layout;
    private final FloatBuffer gradient;
    private final FloatBuffer parameters;
    private final Statistics statistics;
    private final ModelChunk chunk;
    private final Guard[] guards;
    private final Cut[] cuts;
    private final float[][][] states;
    private final float[] factors;
    private final Decision decision = new Decision();

    GuardChain(
            List<GradientGuard> strategies,
            Layout layout,
            FloatBuffer parameters,
            FloatBuffer gradient,
            Statistics statistics,
            ModelChunk chunk) {
        this.layout = layout;
        this.parameters = parameters;
        this.gradient = gradient;
        this.statistics = statistics;
        this.chunk = chunk;
        int count = strategies.size();
        guards = new Guard[count];
        cuts = new Cut[count];
        states = new float[count][][];
        factors = new float[layout.count()];
        for (int i = 0; i < count; i++) {
            GradientGuard strategy = strategies.get(i);
            guards[i] = strategy.start(layout.tensors());
            cuts[i] = new Cut(layout, strategy.grain());
            states[i] = new float[strategy.slots()][layout.total()];
            chunk.reserve(cuts[i].largest(), strategy.slots());
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
            if (decision.transform) {
                transform(i, at);
            }
        }
        at.gradientNorm = statistics.globalNorm();
        return Outcome.APPLIED;
    }

    private void transform(int guard, StepState at) {
        statistics.clear();
        Cut cut = cuts[guard];
        chunk.showSlots(0, states[guard].length);
        for (int i = 0; i < cut.count(); i++) {
            chunk.at(cut, i, at.step);
            chunk.loadParameters(parameters);
            chunk.loadGradient(gradient, factors[cut.tensor(i)]);
            chunk.loadStates(states[guard]);
            guards[guard].transform(chunk, at);
            chunk.storeGradient(gradient);
            chunk.storeStates(states[guard]);
            statistics.add(cut.tensor(i), chunk.gradient(), chunk.size(), 1);
        }
        Arrays.fill(factors, 1);
    }

    /** What a tensor's raw gradient is to be multiplied by when it is read. */
    float factor(int tensor) {
        return factors[tensor];
    }

    /** Whether a guard asked to set the optimizer's memory to zero before this step. */
    boolean resetsOptimizer() {
        return decision.resetOptimizer;
    }

    /** How many snapshots to go back, after {@link Outcome#ROLLED_BACK}. */
    int snapshotsBack() {
        return decision.snapshotsBack;
    }

    /** What the rate is multiplied by, after {@link Outcome#ROLLED_BACK}. */
    double rateFactor() {
        return decision.rateFactor;
    }

    /** What all guards remember, one array each; the slots are not in it. */
    double[][] save() {
        double[][] saved = new double[guards.length][];
        for (int i = 0; i < guards.length; i++) {
            saved[i] = guards[i].save();
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
        private boolean transform;
        private boolean resetOptimizer;
        private int snapshotsBack;
        private double rateFactor;

        void begin(StepRecord target) {
            record = target;
            outcome = Outcome.APPLIED;
            resetOptimizer = false;
            snapshotsBack = 0;
            rateFactor = 1;
        }

        void guard(int index) {
            guard = index;
            transform = false;
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
        public void transform(String reason) {
            transform = true;
            note(Action.TRANSFORM, -1, 1, reason);
        }

        @Override
        public void skip(String reason) {
            raise(Outcome.SKIPPED);
            note(Action.SKIP, -1, 1, reason);
        }

        @Override
        public void rollBack(int snapshots, double factor, String reason) {
            raise(Outcome.ROLLED_BACK);
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
