package org.evengrad.engine.step;

/**
 * The loops that read a gradient. Plain, over {@code float[]}, with several accumulators so that
 * the JIT and the processor can overlap them; the order of the additions is fixed.
 */
final class Sums {
    /** A sum of squares below this may have lost what underflowed; the smallest float is 1e-45. */
    private static final float TRUSTED = 1e-24f;

    /** So many squares are added as floats before a double takes over. */
    private static final int BLOCK = 4096;

    private static final int MAGNITUDE = 0x7fffffff;

    private Sums() {}

    /**
     * The largest magnitude; NaN or infinite if a value is.
     *
     * <p>The bits of magnitudes are ordered like the magnitudes, with infinity and NaN at the end,
     * and integers are compared several times as fast.
     */
    static float largest(float[] values, int size) {
        int m0 = 0;
        int m1 = 0;
        int m2 = 0;
        int m3 = 0;
        int i = 0;
        for (; i + 4 <= size; i += 4) {
            m0 = Math.max(m0, Float.floatToRawIntBits(values[i]) & MAGNITUDE);
            m1 = Math.max(m1, Float.floatToRawIntBits(values[i + 1]) & MAGNITUDE);
            m2 = Math.max(m2, Float.floatToRawIntBits(values[i + 2]) & MAGNITUDE);
            m3 = Math.max(m3, Float.floatToRawIntBits(values[i + 3]) & MAGNITUDE);
        }
        for (; i < size; i++) {
            m0 = Math.max(m0, Float.floatToRawIntBits(values[i]) & MAGNITUDE);
        }
        return Float.intBitsToFloat(Math.max(Math.max(m0, m1), Math.max(m2, m3)));
    }

    /**
     * The sum of squares. Added as floats, and again as doubles where those overflowed or
     * underflowed.
     */
    static double ofSquares(float[] values, int size) {
        double sum = 0;
        for (int from = 0; from < size; from += BLOCK) {
            int to = Math.min(size, from + BLOCK);
            double block = inFloats(values, from, to);
            sum += isTrusted(block) ? block : inDoubles(values, from, to);
        }
        return sum;
    }

    /** Whether a sum of squares, added as floats, neither overflowed nor underflowed. */
    static boolean isTrusted(double sum) {
        return sum > TRUSTED && sum <= Float.MAX_VALUE;
    }

    private static double inFloats(float[] values, int from, int to) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            s0 += values[i] * values[i];
            s1 += values[i + 1] * values[i + 1];
            s2 += values[i + 2] * values[i + 2];
            s3 += values[i + 3] * values[i + 3];
            s4 += values[i + 4] * values[i + 4];
            s5 += values[i + 5] * values[i + 5];
            s6 += values[i + 6] * values[i + 6];
            s7 += values[i + 7] * values[i + 7];
        }
        for (; i < to; i++) {
            s0 += values[i] * values[i];
        }
        return ((double) s0 + s1) + ((double) s2 + s3) + ((double) s4 + s5) + ((double) s6 + s7);
    }

    private static double inDoubles(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) values[i] * values[i];
        }
        return sum;
    }

    static int zeros(float[] values, int size) {
        int zeros = 0;
        for (int i = 0; i < size; i++) {
            zeros += values[i] == 0 ? 1 : 0;
        }
        return zeros;
    }

    static int nonFinite(float[] values, int size) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += Float.isFinite(values[i]) ? 0 : 1;
        }
        return count;
    }

    /** The largest magnitude among the finite values, 0 if there is none. */
    static float largestFinite(float[] values, int size) {
        float largest = 0;
        for (int i = 0; i < size; i++) {
            float magnitude = Math.abs(values[i]);
            if (magnitude <= Float.MAX_VALUE && magnitude > largest) {
                largest = magnitude;
            }
        }
        return largest;
    }
}
