package org.evengrad.activations.sigmoid;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = 1 / (1 + e^-x). Its slope is at most 1/4, so a deep stack of it lets gradients vanish.
 * Rumelhart, Hinton and Williams, 1986, equation 2.
 *
 * <p>Off by at most 2 ulp of max(f, 0.001). Infinity gives 1. Negative infinity gives 6e-39, as
 * does every input below -88.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "sigmoid",
        summary = "Logistic function with outputs between 0 and 1",
        formula = "f(x) = 1 / (1 + exp(-x))",
        useWhen = "as the output for a probability, and for gates",
        avoidWhen = "for hidden layers, where its slope of at most 1/4 lets gradients vanish",
        reference = "https://doi.org/10.1038/323533a0",
        since = "0.1.0")
@AutoService(Activation.class)
public record Sigmoid() implements Activation {
    /**
     * Computes 1 / (1 + 2^n e^r) with -x = n ln 2 + r, with the denominator as the sum of two
     * floats. All of it is plain float arithmetic, which the JIT vectorizes, unlike tables or the
     * bits of a float.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            // Beyond these bounds f is 1, and nearly 0.
            float v = Math.max(-18f, Math.min(88f, -x[i]));

            // Adding 1.5 * 2^23 rounds to an integer.
            float n = Math.fma(v, 1.44269504f, 0x1.8p23f) - 0x1.8p23f;
            float r = Math.fma(n, -0.693147181f, v);

            // e^r - 1 = r + r^2 q(r), a minimax fit for -0.3475 < r < 0.3475.
            float q = Math.fma(r, 1.38698437e-3f, 8.36644694e-3f);
            q = Math.fma(r, q, 4.16674465e-2f);
            q = Math.fma(r, q, 0.16666545f);
            q = Math.fma(r, q, 0.49999997f);
            float e = Math.fma(r * r, q, r);

            // The last place of a rough 2^(n - 0.5) is 2^(n - 24), and a float less its product
            // with 1 - 2^-24 is its last place.
            float s = Math.fma(n, 3.51593854e-7f, 5.3026939e-5f);
            s = Math.fma(n, s, 1.06642852e-2f);
            s = Math.fma(n, s, 0.996321976f);
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s = (s - s * 0x1.fffffep-1f) * 0x1p24f;

            float one = 1 + s;
            float high = Math.fma(s, e, one);
            float low = Math.fma(s, e, one - high);

            // One Newton step makes up for the roundings of high and of the division.
            float inverse = 1 / high;
            float left = Math.fma(-low, inverse, Math.fma(-high, inverse, 1f));
            y[i] = Math.fma(inverse, left, inverse);
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            gradient[i] *= y[i] * (1 - y[i]);
        }
    }
}
