package org.evengrad.engine.step;

/**
 * The loops that read a gradient. Plain, over {@code float[]}, with several accumulators so that
 * the JIT and the processor can overlap them; the order of the additions is fixed.
 */
final class Sums {
    /** Below this a float's square loses bits; above {@link #LARGE} it overflows in a sum. */
    private static final float SMALL = 1e-12f;

    private static final float LARGE = 1e15f;

    /** So many squares are added as floats before a double takes over. */
    private static final int BLOCK = 4096;

    private Sums() {}

    /** The largest magnitude; NaN if there is a NaN. */
    static float largest(float[] values, int size) {
        float m0 = 0;
        float m1 = 0;
        float m2 = 0;
        float m3 = 0;
        int i = 0;
        for (; i + 4 <= size; i += 4) {
            m0 = Math.max(m0, Math.abs(values[i]));
            m1 = Math.max(m1, Math.abs(values[i + 1]));
            m2 = Math.max(m2, Math.abs(values[i + 2]));
            m3 = Math.max(m3, Math.abs(values[i + 3]));
        }
        for (; i < size; i++) {
            m0 = Math.max(m0, Math.abs(values[i]));
        }
        return Math.max(Math.max(m0, m1), Math.max(m2, m3));
    }

    /**
     * The sum of squares.
     *
     * @param largest what {@link #largest} gave for the same values
     */
    static double ofSquares(float[] values, int size, float largest) {
        boolean floatsWillDo = largest > SMALL && largest < LARGE;
        if (!floatsWillDo) {
            return inDoubles(values, size);
        }
        double sum = 0;
        for (int from = 0; from < size; from += BLOCK) {
            sum += inFloats(values, from, Math.min(size, from + BLOCK));
        }
        return sum;
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

    private static double inDoubles(float[] values, int size) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
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
