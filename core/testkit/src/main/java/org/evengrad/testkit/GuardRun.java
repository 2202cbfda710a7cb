package org.evengrad.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Tensor;

/**
 * One guard on a model of arrays, run as an engine runs it: statistics of the gradient, {@link
 * Guard#inspect}, scales folded in as floats, and {@link Guard#transform} chunk by chunk.
 *
 * @since 0.1.0
 */
public final class GuardRun {
    /** Chunks that share their random numbers do not reach over a multiple of this. */
    private static final int RANDOM_BLOCK = 4096;

    private final GradientGuard strategy;
    private final Guard guard;
    private final int largestChunk;
    private final List<ArrayTensor> tensors = new ArrayList<>();
    private final float[][] gradient;
    private final float[][] parameters;

    /**
     * Starts a guard on a model with random parameters.
     *
     * @param strategy the guard
     * @param layout the tensors of the model
     */
    public GuardRun(GradientGuard strategy, List<Tensor> layout) {
        this(strategy, layout, RANDOM_BLOCK);
    }

    /**
     * Starts a guard on a model with random parameters.
     *
     * @param strategy the guard
     * @param layout the tensors of the model
     * @param largestChunk how many elements a chunk has at most, where the grain allows it
     */
    public GuardRun(GradientGuard strategy, List<Tensor> layout, int largestChunk) {
        this.strategy = strategy;
        this.largestChunk = largestChunk;
        guard = strategy.start(layout);
        gradient = new float[layout.size()][];
        parameters = new float[layout.size()][];
        for (Tensor tensor : layout) {
            float[] values = SeededRandom.normal(31 + tensor.index(), tensor.size(), 1);
            ArrayTensor added = new ArrayTensor(tensor, values, strategy.slots());
            tensors.add(added);
            gradient[tensor.index()] = added.gradient();
            parameters[tensor.index()] = added.parameters();
        }
    }

    /** The guard itself. */
    public Guard guard() {
        return guard;
    }

    /** What the last step left of the gradient, one array for each tensor, not copied. */
    public float[][] gradient() {
        return gradient;
    }

    /** The parameters, one array for each tensor, not copied. */
    public float[][] parameters() {
        return parameters;
    }

    /** What the guard remembers for each parameter: by tensor, then by slot; not copied. */
    public float[][][] slots() {
        float[][][] slots = new float[tensors.size()][strategy.slots()][];
        for (int t = 0; t < slots.length; t++) {
            for (int slot = 0; slot < slots[t].length; slot++) {
                slots[t][slot] = tensors.get(t).state(slot);
            }
        }
        return slots;
    }

    /** Takes over what a guard of the same strategy on the same model remembers. */
    public void restore(GuardRun other) {
        guard.restore(other.guard.save());
        float[][][] from = other.slots();
        float[][][] to = slots();
        for (int t = 0; t < to.length; t++) {
            for (int slot = 0; slot < to[t].length; slot++) {
                System.arraycopy(from[t][slot], 0, to[t][slot], 0, to[t][slot].length);
            }
        }
    }

    /** Runs one step with a loss of 1, in which no step before was skipped. */
    public RecordedRuling step(float[][] newGradient, long step) {
        return step(newGradient, ContextAt.step(step));
    }

    /**
     * Runs one step and applies what the guard rules, unless it ends the step.
     *
     * @param newGradient one array for each tensor, copied
     * @param at where training stands; the gradient's norm is filled in
     * @return what the guard ruled
     */
    public RecordedRuling step(float[][] newGradient, ContextAt at) {
        for (int t = 0; t < gradient.length; t++) {
            tensors.get(t).gradient(newGradient[t]);
        }
        ArrayStatistics statistics = new ArrayStatistics(gradient, parameters);
        ContextAt here = at.withGradientNorm(statistics.globalNorm());
        RecordedRuling ruling = new RecordedRuling();
        guard.inspect(statistics, here, ruling);
        List<RecordedRuling.Action> actions = ruling.actions();
        if (actions.contains(RecordedRuling.Action.SKIP)
                || actions.contains(RecordedRuling.Action.ROLL_BACK)
                || actions.contains(RecordedRuling.Action.STOP)) {
            return ruling;
        }
        for (int t = 0; t < gradient.length; t++) {
            float factor = (float) ruling.factor(t);
            if (factor != 1) {
                for (int i = 0; i < gradient[t].length; i++) {
                    gradient[t][i] *= factor;
                }
            }
        }
        if (actions.contains(RecordedRuling.Action.TRANSFORM)) {
            transform(here);
        }
        return ruling;
    }

    private void transform(ContextAt at) {
        for (ArrayTensor tensor : tensors) {
            tensor.each(
                    chunkSize(tensor),
                    chunk -> guard.transform(new ChunkInStep(chunk, at.step()), at));
        }
    }

    private int chunkSize(ArrayTensor tensor) {
        int smallest = tensor.smallestChunk(strategy.grain());
        int whole = tensor.tensor().size();
        return Math.min(whole, smallest * Math.max(1, largestChunk / smallest));
    }

    /** A copy of arrays, by tensor. */
    static float[][] copy(float[][] arrays) {
        return Arrays.stream(arrays).map(float[]::clone).toArray(float[][]::new);
    }

    /** A chunk whose random numbers depend on the step, and which allocates nothing for them. */
    static final class ChunkInStep implements Chunk {
        private final Chunk chunk;
        private final long step;
        private final Counter random = new Counter();

        ChunkInStep(Chunk chunk, long step) {
            this.chunk = chunk;
            this.step = step;
        }

        @Override
        public Tensor tensor() {
            return chunk.tensor();
        }

        @Override
        public int start() {
            return chunk.start();
        }

        @Override
        public int size() {
            return chunk.size();
        }

        @Override
        public float[] parameters() {
            return chunk.parameters();
        }

        @Override
        public float[] gradient() {
            return chunk.gradient();
        }

        @Override
        public float[] state(int slot) {
            return chunk.state(slot);
        }

        @Override
        public RandomGenerator random() {
            long key = step * 1_000_003 + tensor().index();
            random.state = (key << 20) + start() / RANDOM_BLOCK;
            random.nextLong();
            return random;
        }

        @Override
        public Algebra algebra() {
            return chunk.algebra();
        }
    }

    /** SplitMix64 (Steele, Lea and Flood, 2014), with a state that can be set. */
    private static final class Counter implements RandomGenerator {
        private long state;

        @Override
        public long nextLong() {
            state += 0x9e3779b97f4a7c15L;
            long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }
    }
}
