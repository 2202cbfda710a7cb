package org.evengrad.engine.executor.layers;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Products;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;
import org.evengrad.engine.random.KeyedRandom;

/**
 * Dropout: Srivastava et al. 2014, jmlr.org/papers/v15/srivastava14a.html. In training, sets
 * numbers to zero at random, and divides the others by the share that is kept. What is kept depends
 * on the seed of the pass, the layer, the example's place in the batch, its time step and the unit,
 * and not on how the batch is cut.
 */
public final class Dropout implements Layer {
    private static final int[] COUNTERS = counters();

    private final Value.Use input;
    private final Value output;
    private final float factor;
    private final int threshold;
    private final long layer;
    private Bits data;
    private Bits errors;

    /** Floats as they are stored. */
    private record Bits(Floats of, IntBuffer buffer) {
        static Bits of(Floats floats, Bits before) {
            if (before != null && before.of() == floats) {
                return before;
            }
            IntBuffer bits =
                    floats.address().asByteBuffer().order(ByteOrder.nativeOrder()).asIntBuffer();
            return new Bits(floats, bits);
        }
    }

    /**
     * Dropout of a value.
     *
     * @param output of the same shape
     * @param kept the share that is kept, in (0, 1]
     * @param layer a number that no other layer of the network has
     */
    public Dropout(Value.Use input, Value output, double kept, long layer) {
        this.input = input;
        this.output = output;
        this.layer = layer;
        factor = (float) (1 / kept);
        threshold = (int) Math.min(Integer.MAX_VALUE, Math.round(kept * 0x1p31));
    }

    private static int[] counters() {
        int[] counters = new int[Worker.CHUNK];
        for (int i = 0; i < counters.length; i++) {
            counters[i] = i * 0x9E3779B9;
        }
        return counters;
    }

    @Override
    public void prepare(Pass pass) {
        data = Bits.of(output.data(), data);
        errors = Bits.of(output.error(), errors);
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        if (pass.isTraining()) {
            drop(pass, shard, input.value().data(), output.data(), data.buffer());
        } else {
            int start = shard.start(output);
            int size = shard.rows(output) * output.width();
            Products products = shard.worker().products();
            products.copy(size, input.value().data(), start, output.data(), start);
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (input.wantsError()) {
            drop(pass, shard, output.error(), output.error(), errors.buffer());
            int size = shard.rows(output) * output.width();
            input.give(shard, output.error(), shard.start(output), size);
        }
    }

    private void drop(Pass pass, Shard shard, Floats from, Floats to, IntBuffer bits) {
        Worker worker = shard.worker();
        KeyedRandom random = worker.random();
        float[] x = worker.scratch(0, Worker.CHUNK);
        int[] kept = worker.integers();
        int width = output.width();
        for (int row = 0; row < shard.rows(output); row++) {
            int step = row / shard.rows();
            int example = shard.from() + row % shard.rows();
            random.key(pass.seed(), layer, example, (long) pass.segment() << Integer.SIZE | step);
            for (int unit = 0; unit < width; unit += Worker.CHUNK) {
                int size = Math.min(Worker.CHUNK, width - unit);
                int at = shard.start(output) + row * width + unit;
                from.buffer().get(at, x, 0, size);
                multiply(x, factor, size);
                to.buffer().put(at, x, 0, size);
                // The JIT does not turn bits into floats in vectors, so memory does it.
                bits.get(at, kept, 0, size);
                clear(kept, COUNTERS, random.nextInt(), random.nextInt(), threshold, size);
                bits.put(at, kept, 0, size);
            }
        }
    }

    private static void multiply(float[] x, float factor, int size) {
        for (int i = 0; i < size; i++) {
            x[i] *= factor;
        }
    }

    /** Clears those whose hash, of 31 bits, is not below the threshold. */
    private static void clear(
            int[] bits, int[] counters, int first, int second, int threshold, int size) {
        for (int i = 0; i < size; i++) {
            int hash = counters[i] + first;
            hash = (hash ^ hash >>> 16) * 0x21f0aaad;
            hash = (hash ^ second ^ hash >>> 15) * 0x735a2d97;
            hash = hash ^ hash >>> 15;
            bits[i] &= (hash >>> 1) - threshold >> 31;
        }
    }
}
