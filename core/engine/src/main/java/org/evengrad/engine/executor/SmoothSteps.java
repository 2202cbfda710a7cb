package org.evengrad.engine.executor;

/**
 * Tanh and sigmoid over floats, in plain arithmetic that the JIT vectorizes; off by a few ulp of
 * the result's range. NaN stays NaN.
 */
public final class SmoothSteps {
    /** Half of where tanh is 1 in float. */
    private static final float LIMIT = 4.51f;

    private SmoothSteps() {}

    /** Replaces each number by its hyperbolic tangent. */
    public static void tanh(float[] x, int size) {
        for (int i = 0; i < size; i++) {
            float t = tanhOfHalf(x[i]);
            float square = t * t;
            float twice = t + t;
            // 2t / (1 + t^2), written so that it rounds once where t is small.
            float result = Math.fma(-twice, square / (1 + square), twice);
            x[i] = Math.max(-1f, Math.min(1f, result));
        }
    }

    /** Replaces each number x by 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2. */
    public static void sigmoid(float[] x, int size) {
        for (int i = 0; i < size; i++) {
            x[i] = Math.fma(0.5f, tanhOfHalf(x[i]), 0.5f);
        }
    }

    /**
     * tanh(a) = a + a^3 p(a^2) / q(a^2) with a = x / 2. The coefficients make p / q agree with
     * (tanh(a) / a - 1) / a^2 at Chebyshev nodes of [0, 4.51].
     */
    private static float tanhOfHalf(float x) {
        float a = Math.max(-LIMIT, Math.min(LIMIT, 0.5f * x));
        float s = a * a;
        float p = Math.fma(s, -1.77119537e-4f, -1.99723946e-2f);
        p = Math.fma(s, p, -0.333333333f);
        float q = Math.fma(s, 1.8303593e-4f, 2.25935329e-2f);
        q = Math.fma(s, q, 0.459917162f);
        q = Math.fma(s, q, 1f);
        return Math.fma(a * s, p / q, a);
    }
}
