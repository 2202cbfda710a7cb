package org.evengrad.engine.executor.layers;

/** Exponentials of floats, in plain arithmetic that the JIT vectorizes. */
final class Exponentials {
    private Exponentials() {}

    /**
     * Replaces each x by e^x, off by at most 2 ulp; for x up to 88. NaN stays NaN.
     *
     * <p>Computes e^x = 2^n e^r 2^n with x = 2 n ln 2 + r.
     */
    static void exp(float[] x, int size) {
        for (int i = 0; i < size; i++) {
            float v = Math.max(-104f, Math.min(88f, x[i]));
            // Adding 1.5 * 2^23 rounds to an integer. 2 ln 2 comes in two parts.
            float n = Math.fma(v, 0.72134752f, 0x1.8p23f) - 0x1.8p23f;
            float r = Math.fma(n, -2.85721353e-6f, Math.fma(n, -1.3862915f, v));
            // e^r - 1 = r + r^2 q(r), a minimax fit for -0.6945 < r < 0.6945.
            float q = Math.fma(r, 1.96235764e-4f, 1.41052774e-3f);
            q = Math.fma(r, q, 8.33599921e-3f);
            q = Math.fma(r, q, 4.16612104e-2f);
            q = Math.fma(r, q, 0.166666165f);
            q = Math.fma(r, q, 0.500000358f);
            float e = Math.fma(r * r, q, r);
            // The last place of a rough 2^(n + 23.5) is 2^n, and a float less its product with
            // 1 - 2^-24 is its last place.
            float s = Math.fma(n, 2.48660086e-7f, 7.86270466e-5f);
            s = Math.fma(n, s, 1.4055172e-2f);
            s = Math.fma(n, s, 1.2885673f);
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s -= s * 0x1.fffffep-1f;
            x[i] = Math.fma(s, e, s) * s;
        }
    }
}
