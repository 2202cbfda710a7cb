package org.evengrad.activations.mish;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x tanh(softplus(x)), a smooth ReLU that dips below 0. Misra, 2019.
 *
 * <p>Off by at most 2 ulp of max(|f|, 0.001). Infinity gives infinity. Negative infinity gives
 * -1e-10, as does every input below -26.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "mish",
        summary = "Input times the tanh of its softplus, a smooth ReLU that dips below 0",
        formula = "f(x) = x * tanh(log(1 + exp(x)))",
        useWhen = "for the hidden layers of a convolutional or detection network in place of ReLU",
        avoidWhen = "for a small network on a slow machine, where ReLU is cheaper",
        reference = "https://arxiv.org/abs/1908.08681",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient/activation-slope", "saturation"})
@AutoService(Activation.class)
public record Mish() implements Activation {
    /**
     * With w = e^x and N = w (w + 2) the tanh is N / (N + 2), where N and N + 2 are sums of two
     * floats, and e^x = 2^n e^r with x = n ln 2 + r. All of it is plain float arithmetic, which the
     * JIT vectorizes, unlike tables or the bits of a float.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            // Beyond these bounds f is nearly 0, and x.
            float u = Math.max(-26f, x[i]);
            float v = Math.min(10f, u);

            // Adding 1.5 * 2^23 rounds to an integer.
            float n = Math.fma(v, 1.44269504f, 0x1.8p23f) - 0x1.8p23f;
            float r = Math.fma(n, -0.693147181f, v);

            // e^r - 1 = r + r^2 q(r), a minimax fit for -0.3475 < r < 0.3475.
            float q = Math.fma(r, 1.38698437e-3f, 8.36644694e-3f);
            q = Math.fma(r, q, 4.16674465e-2f);
            q = Math.fma(r, q, 0.16666545f);
            q = Math.fma(r, q, 0.49999997f);
            float e = Math.fma(r * r, q, r);

            // The last place of a rough 2^(n + 23.5) is 2^n, and a float less its product with
            // 1 - 2^-24 is its last place.
            float s = Math.fma(n, 2.98029918e-4f, 3.60700898e-2f);
            s = Math.fma(n, s, 1.67642748f);
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s -= s * 0x1.fffffep-1f;

            float w = Math.fma(s, e, s);
            float twice = w + w;
            float above = Math.fma(w, w, twice);
            float rest = Math.fma(w, w, twice - above);
            float below = -2 - above;
            float belowRest = (-2 - below) - above - rest;

            // What is left of N makes up for the roundings of N, of N + 2 and of the division.
            float inverse = -1 / below;
            float tanh = above * inverse;
            float left = Math.fma(tanh, below, above) + Math.fma(tanh, belowRest, rest);
            y[i] = Math.fma(u, tanh, v * (left * inverse));
        }
    }

    /** With w = e^x, N = w (w + 2) and D = N + 2, the slope is N / D + 4 x w (w + 1) / D^2. */
    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            // Beyond these bounds the slope is 0 and 1 to 2e-7.
            float v = Math.max(-20f, Math.min(10f, x[i]));

            // Adding 1.5 * 2^23 rounds to an integer.
            float n = Math.fma(v, 1.44269504f, 0x1.8p23f) - 0x1.8p23f;
            float r = Math.fma(n, -0.693147181f, v);

            // e^r - 1 = r + r^2 q(r), a minimax fit for -0.3475 < r < 0.3475.
            float q = Math.fma(r, 1.38698437e-3f, 8.36644694e-3f);
            q = Math.fma(r, q, 4.16674465e-2f);
            q = Math.fma(r, q, 0.16666545f);
            q = Math.fma(r, q, 0.49999997f);
            float e = Math.fma(r * r, q, r);

            // The last place of a rough 2^(n + 23.5) is 2^n, and a float less its product with
            // 1 - 2^-24 is its last place.
            float s = Math.fma(n, 2.98029918e-4f, 3.60700898e-2f);
            s = Math.fma(n, s, 1.67642748f);
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s -= s * 0x1.fffffep-1f;

            float w = Math.fma(s, e, s);
            float above = Math.fma(w, w, w + w);
            float inverse = 1 / (above + 2);
            float bend = 4 * v * (w * inverse) * ((w + 1) * inverse);
            gradient[i] *= Math.fma(above, inverse, bend);
        }
    }
}
