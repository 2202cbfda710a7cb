package org.evengrad.activations.swish;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x sigmoid(beta x). With beta 1 it is SiLU; a large beta comes near to ReLU. Ramachandran,
 * Zoph and Le, 2017.
 *
 * <p>Off by at most 2 ulp of max(|f|, 0.001). Infinity gives infinity. Negative infinity gives
 * nearly 0: -5e-37 with beta 1, as does every input below -88.
 *
 * @param beta how sharply the output bends at 0
 * @since 0.1.0
 */
@Strategy(
        name = "swish",
        summary = "Input times its sigmoid, a smooth ReLU that dips below 0",
        formula = "f(x) = x / (1 + exp(-beta * x))",
        useWhen = "for the hidden layers of a deep convolutional network in place of ReLU",
        avoidWhen = "for a small network on a slow machine, where ReLU is cheaper",
        reference = "https://arxiv.org/abs/1710.05941",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient/activation-slope", "saturation"})
@AutoService(Activation.class)
public record Swish(
        @Option(help = "How sharply the output bends at 0", range = "[0.001, 1000]") double beta)
        implements Activation {
    /** A beta of 1, which is SiLU. */
    public Swish() {
        this(1);
    }

    /**
     * Computes max(0, x) - a / (1 + 2^n e^r) with a = |x| and beta a = n ln 2 + r, with the
     * denominator as the sum of two floats. All of it is plain float arithmetic, which the JIT
     * vectorizes, unlike tables or the bits of a float.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        float steep = (float) beta;
        float steepRest = (float) (beta - steep);
        float turns = (float) (1.4426950408889634 * beta);
        float most = (float) (88 / beta);
        for (int i = 0; i < size; i++) {
            float a = Math.min(most, Math.abs(x[i]));

            // Adding 1.5 * 2^23 rounds to an integer. ln 2 comes in two parts.
            float n = Math.fma(a, turns, 0x1.8p23f) - 0x1.8p23f;
            float r = Math.fma(steep, a, n * -0.693145752f);
            r = Math.fma(n, -1.42860677e-6f, Math.fma(steepRest, a, r));

            // e^r - 1 = r + r^2 q(r), a minimax fit for -0.3475 < r < 0.3475.
            float q = Math.fma(r, 1.38698437e-3f, 8.36644694e-3f);
            q = Math.fma(r, q, 4.16674465e-2f);
            q = Math.fma(r, q, 0.16666545f);
            q = Math.fma(r, q, 0.49999997f);
            float e = Math.fma(r * r, q, r);

            // The last place of a rough 2^(n - 0.5) is 2^(n - 24), and a float less its product
            // with 1 - 2^-24 is its last place.
            float s = Math.fma(n, 2.04718272e-5f, 5.12848003e-3f);
            s = Math.fma(n, s, 0.998974442f);
            s *= s;
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
            float share = a * inverse;
            float left = Math.fma(-low, share, Math.fma(-high, share, a));
            y[i] = Math.max(0f, x[i]) - Math.fma(inverse, left, share);
        }
    }

    /**
     * With v = beta x the slope is 1/2 + v p(v^2) / q(v^2), where p / q is a minimax fit of the
     * difference to 1/2 for |v| < 18.5. Beyond, the slope is 0 or 1 to 2e-7.
     */
    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        float steep = (float) beta;
        for (int i = 0; i < size; i++) {
            float v = Math.max(-18.5f, Math.min(18.5f, steep * x[i]));
            float s = v * v;
            float p = Math.fma(s, 7.73331654e-11f, 9.44214093e-8f);
            p = Math.fma(s, p, 2.02204439e-5f);
            p = Math.fma(s, p, 1.45995266e-3f);
            p = Math.fma(s, p, 3.3629202e-2f);
            p = Math.fma(s, p, 0.49999991f);
            float q = Math.fma(s, 1.47906057e-12f, 7.0948439e-9f);
            q = Math.fma(s, q, 3.28120192e-6f);
            q = Math.fma(s, q, 3.83151417e-4f);
            q = Math.fma(s, q, 1.69077213e-2f);
            q = Math.fma(s, q, 0.233924575f);
            q = Math.fma(s, q, 1f);
            gradient[i] *= Math.fma(v, p / q, 0.5f);
        }
    }
}
