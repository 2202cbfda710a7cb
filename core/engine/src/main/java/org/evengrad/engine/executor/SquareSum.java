package org.evengrad.engine.executor;

import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sdot;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Sums of squares of native memory. The order of the additions depends on the size alone. For one
 * thread.
 */
public final class SquareSum {
    /** So many squares are added as floats before a double takes over. */
    private static final int BLOCK = 4096;

    /** A sum of squares below this may have lost what underflowed; the smallest float is 1e-45. */
    private static final float TRUSTED = 1e-24f;

    private final FloatPointer at;
    private final FloatBuffer floats;

    /** Prepares to read some memory, from its first element on. */
    public SquareSum(FloatPointer memory, FloatBuffer floats) {
        at = new FloatPointer(memory);
        this.floats = floats;
    }

    /**
     * The sum over neighboring elements; NaN or infinite if one is.
     *
     * @param from the first element
     * @param size how many
     */
    public double of(int from, int size) {
        double sum = 0;
        for (int start = from; start < from + size; start += BLOCK) {
            int count = Math.min(BLOCK, from + size - start);
            at.position(start);
            float block = cblas_sdot(count, at, 1, at, 1);
            boolean trusted = block > TRUSTED && block <= Float.MAX_VALUE;
            sum += trusted ? block : inDoubles(start, count);
        }
        return sum;
    }

    private double inDoubles(int from, int size) {
        double sum = 0;
        for (int i = from; i < from + size; i++) {
            double value = floats.get(i);
            sum += value * value;
        }
        return sum;
    }
}
