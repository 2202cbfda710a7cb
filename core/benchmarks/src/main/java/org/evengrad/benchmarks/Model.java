package org.evengrad.benchmarks;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.parallel.Workers;
import org.evengrad.engine.step.Penalties;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.TrainingStep;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.PlainAlgebra;
import org.evengrad.testkit.SeededRandom;

/**
 * The parameters of a network without the network: one tensor in native memory, a gradient that
 * costs nothing, and the memory of an optimizer. A pass over it moves a window as the engine does:
 * native memory is copied to the heap in chunks, and back.
 */
final class Model {
    /** Elements in a chunk, as in the engine. */
    static final int CHUNK = 4096;

    private static final int UNITS = 1000;
    private static final Horizon HORIZON = new Horizon(1000, 100);

    private final Optimizer optimizer;
    private final Tensor tensor;
    private final FloatBuffer parameters;
    private final FloatBuffer gradient;
    private final double gradientSquares;
    private final Workers workers = new Workers(1);

    /** An array for each chunk, as the engine keeps them. */
    private final float[][][] slots;

    private final Window window;
    private final StepContext at;
    private TrainingStep step;
    private final StepRecord record = new StepRecord(1, 0);

    /**
     * Random parameters and a random gradient.
     *
     * @param size how many parameters, a multiple of 1000
     */
    Model(Optimizer optimizer, int size) {
        this.optimizer = optimizer;
        int inputs = size / UNITS;
        tensor =
                new Tensor(
                        "dense.W",
                        0,
                        0,
                        1,
                        Role.WEIGHT,
                        List.of(UNITS, inputs),
                        UNITS,
                        inputs,
                        UNITS,
                        0,
                        0,
                        0,
                        1,
                        1);
        parameters = random(size, 1, 0.1);
        gradient = random(size, 2, 0.01);
        double squares = 0;
        for (int i = 0; i < size; i++) {
            squares += (double) gradient.get(i) * gradient.get(i);
        }
        gradientSquares = squares;
        slots = new float[optimizer.slots()][(size + CHUNK - 1) / CHUNK][CHUNK];
        window = new Window();
        at = ContextAt.step(500).withRate(optimizer.learningRate());
    }

    /** Native memory with normal random numbers, which repeat after a while. */
    static FloatBuffer random(int size, long seed, double deviation) {
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        float[] values = SeededRandom.normal(seed, Math.min(size, 1 << 18), deviation);
        for (int start = 0; start < size; start += values.length) {
            buffer.put(start, values, 0, Math.min(values.length, size - start));
        }
        return buffer;
    }

    /** A copy of the parameters. */
    float[] parameters() {
        float[] copy = new float[parameters.limit()];
        parameters.get(0, copy);
        return copy;
    }

    /** The gradient, in native memory. */
    FloatBuffer gradient() {
        return gradient;
    }

    /** Copies all that an update reads to the heap, and what it writes back, chunk by chunk. */
    void copy() {
        for (int start = 0; start < parameters.limit(); start += CHUNK) {
            window.load(start);
            window.copySlots();
            window.store();
        }
    }

    /** The same with the optimizer's update between the two. */
    void update() {
        for (int start = 0; start < parameters.limit(); start += CHUNK) {
            window.load(start);
            optimizer.update(window, at);
            window.store();
        }
    }

    /**
     * A whole step of the engine: statistics of gradient, parameters and update with the update.
     */
    void step() {
        if (step == null) {
            Schedule constant = context -> 1;
            step =
                    new TrainingStep(
                            network(),
                            optimizer,
                            constant,
                            List.of(),
                            Penalties.none(1),
                            HORIZON,
                            1);
        }
        step.run(new OneRow(), 0, record);
    }

    private Network network() {
        return (Network)
                Proxy.newProxyInstance(
                        Model.class.getClassLoader(),
                        new Class<?>[] {Network.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "tensors" -> List.of(tensor);
                                    case "parameters" -> parameters;
                                    case "gradient" -> arguments == null ? gradient : 1.0;
                                    case "offset" -> 0;
                                    case "drawFrom", "addPhases" -> null;
                                    case "workers" -> workers;
                                    case "gradientSquares" -> {
                                        ((double[]) arguments[0])[0] = gradientSquares;
                                        yield null;
                                    }
                                    case "updated" -> false;
                                    default ->
                                            throw new UnsupportedOperationException(
                                                    method.getName());
                                });
    }

    private record OneRow() implements Network.Batch {
        @Override
        public int rows() {
            return 1;
        }

        @Override
        public double terms() {
            return 1;
        }

        @Override
        public int steps() {
            return 1;
        }

        @Override
        public Optional<FloatBuffer> mask() {
            return Optional.empty();
        }

        @Override
        public FloatBuffer features() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FloatBuffer targets() {
            throw new UnsupportedOperationException();
        }
    }

    private final class Window implements Chunk {
        private final float[] parameterChunk = new float[CHUNK];
        private final float[] gradientChunk = new float[CHUNK];
        private final float[] copied = new float[CHUNK];
        private int start;
        private int size;

        void load(int from) {
            start = from;
            size = Math.min(CHUNK, parameters.limit() - from);
            parameters.get(start, parameterChunk, 0, size);
            gradient.get(start, gradientChunk, 0, size);
        }

        void store() {
            parameters.put(start, parameterChunk, 0, size);
        }

        /** Out and back. */
        void copySlots() {
            for (int slot = 0; slot < slots.length; slot++) {
                System.arraycopy(state(slot), 0, copied, 0, size);
                System.arraycopy(copied, 0, state(slot), 0, size);
            }
        }

        @Override
        public Tensor tensor() {
            return tensor;
        }

        @Override
        public int start() {
            return start;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public float[] parameters() {
            return parameterChunk;
        }

        @Override
        public float[] gradient() {
            return gradientChunk;
        }

        @Override
        public float[] state(int slot) {
            return slots[slot][start / CHUNK];
        }

        @Override
        public RandomGenerator random() {
            return SeededRandom.of(start);
        }

        @Override
        public Algebra algebra() {
            return new PlainAlgebra();
        }
    }
}
