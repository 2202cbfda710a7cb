package org.evengrad.benchmarks.race;

import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.evengrad.engine.network.Network;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ContextAt;

/**
 * What an optimizer takes for all parameters of a network and nothing else: no statistics, no guard
 * and no record. It reads and writes the network's memory chunk by chunk, with all its workers, as
 * the engine does.
 */
final class BareUpdate {
    private static final int CHUNK = 4096;

    /** Keeps arrays from lying a multiple of 4 KiB apart. */
    private static final int APART = 256;

    private static final int CHUNKS_AT_A_TIME = 8;
    private static final int SMALLEST_SHARED = 100_000;

    private final Network network;
    private final Optimizer optimizer;
    private final FloatBuffer parameters;
    private final FloatBuffer gradient;
    private final Tensor[] tensors;
    private final int[] starts;
    private final int[] flatStarts;
    private final int[] sizes;
    private final float[][][] slots;
    private final Window[] windows;
    private final StepContext at;
    private final AtomicInteger next = new AtomicInteger();

    BareUpdate(Network network, Optimizer optimizer) {
        this.network = network;
        this.optimizer = optimizer;
        parameters = network.parameters();
        gradient = network.gradient();
        int count = network.tensors().stream().mapToInt(each -> chunks(each.size())).sum();
        tensors = new Tensor[count];
        starts = new int[count];
        flatStarts = new int[count];
        sizes = new int[count];
        slots = new float[optimizer.slots()][count][];
        int chunk = 0;
        for (Tensor tensor : network.tensors()) {
            for (int start = 0; start < tensor.size(); start += CHUNK) {
                tensors[chunk] = tensor;
                starts[chunk] = start;
                flatStarts[chunk] = network.offset(tensor.index()) + start;
                sizes[chunk] = Math.min(CHUNK, tensor.size() - start);
                for (float[][] slot : slots) {
                    slot[chunk] = new float[sizes[chunk]];
                }
                chunk++;
            }
        }
        boolean shared = parameters.limit() >= SMALLEST_SHARED;
        windows = new Window[shared ? network.workers().count() : 1];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = new Window();
        }
        at = ContextAt.step(500).withRate(0);
    }

    private static int chunks(int size) {
        return (size + CHUNK - 1) / CHUNK;
    }

    /** Runs the update, at a rate of zero: the parameters stay what they are. */
    void run() {
        next.set(0);
        if (windows.length == 1) {
            work(0);
        } else {
            network.workers().run(this::work);
        }
    }

    private void work(int worker) {
        Window window = windows[worker];
        int from = next.getAndAdd(CHUNKS_AT_A_TIME);
        while (from < starts.length) {
            for (int i = from; i < Math.min(from + CHUNKS_AT_A_TIME, starts.length); i++) {
                window.update(i);
            }
            from = next.getAndAdd(CHUNKS_AT_A_TIME);
        }
    }

    private final class Window implements Chunk {
        private final float[] parameterChunk = new float[CHUNK + APART];
        private final float[] gradientChunk = new float[CHUNK + 2 * APART];
        private int chunk;

        void update(int index) {
            chunk = index;
            parameters.get(flatStarts[chunk], parameterChunk, 0, sizes[chunk]);
            gradient.get(flatStarts[chunk], gradientChunk, 0, sizes[chunk]);
            scale(gradientChunk, sizes[chunk]);
            optimizer.update(this, at);
            parameters.put(flatStarts[chunk], parameterChunk, 0, sizes[chunk]);
        }

        /** The sum over the examples becomes the mean. */
        private static void scale(float[] values, int size) {
            for (int i = 0; i < size; i++) {
                values[i] *= 1e-2f;
            }
        }

        @Override
        public Tensor tensor() {
            return tensors[chunk];
        }

        @Override
        public int start() {
            return starts[chunk];
        }

        @Override
        public int size() {
            return sizes[chunk];
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
            return slots[slot][chunk];
        }

        @Override
        public RandomGenerator random() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Algebra algebra() {
            throw new UnsupportedOperationException();
        }
    }
}
