package org.evengrad.activations.elu;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x for positive x and alpha (e^x - 1) for the others. Negative outputs bring the mean of a
 * layer nearer to 0 than ReLU does. Clevert, Unterthiner and Hochreiter, 2016.
 *
 * <p>Off by at most 2 ulp of max(|f|, 0.001). Infinity gives infinity, negative infinity gives
 * -alpha.
 *
 * @param alpha what the output of a very negative input falls to, negated
 * @since 0.1.0
 */
@Strategy(
        name = "elu",
        summary = "Identity for positive inputs and a saturating exponential for the others",
        formula = "f(x) = x if x > 0, else alpha * (exp(x) - 1)",
        useWhen = "for hidden layers without normalization where ReLU lets units die",
        avoidWhen = "for a very deep stack, where SELU or normalization holds the variance",
        reference = "https://arxiv.org/abs/1511.07289",
        since = "0.1.0",
        helpsAgainst = {
            "vanishing-gradient/activation-slope",
            "vanishing-gradient/too-narrow",
            "dead-units",
            "saturation"
        })
@AutoService(Activation.class)
public record Elu(@Option(help = "Size of the lowest output", range = "(0, 10]") double alpha)
        implements Activation {
    /** The paper's alpha of 1, the only one without a kink at 0. */
    public Elu() {
        this(1);
    }

    /**
     * Computes e^x - 1 = 2^n (e^r - 1) + (2^n - 1) with x = n ln 2 + r. The scale is in both parts,
     * so that few roundings add up. All of it is plain float arithmetic, which the JIT vectorizes,
     * unlike tables or the bits of a float.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        float scale = (float) alpha;
        for (int i = 0; i < size; i++) {
            // Below -18 e^x - 1 is -1 in float; a positive x adds 0.
            float v = Math.max(-18f, Math.min(0f, x[i]));

            // Adding 1.5 * 2^23 rounds to an integer.
            float n = Math.fma(v, 1.44269504f, 0x1.8p23f) - 0x1.8p23f;
            float r = Math.fma(n, -0.693147181f, v);

            // e^r - 1 = r + r^2 q(r), a minimax fit for -0.3475 < r < 0.3475.
            float q = Math.fma(r, 1.38698437e-3f, 8.36644694e-3f);
            q = Math.fma(r, q, 4.16674465e-2f);
            q = Math.fma(r, q, 0.16666545f);
            q = Math.fma(r, q, 0.49999997f);
            float e = Math.fma(scale, r, scale * (r * r * q));

            // The last place of a rough 2^(n + 23.5) is 2^n, and a float less its product with
            // 1 - 2^-24 is its last place.
            float s = Math.fma(n, 1.41684653e-3f, 0.107843019f);
            s = Math.fma(n, s, 2.74520969f);
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s -= s * 0x1.fffffep-1f;

            y[i] = Math.fma(scale, s - 1, s * e) + Math.max(0f, x[i]);
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        float scale = (float) alpha;
        float rise = 1 - scale;
        for (int i = 0; i < size; i++) {
            // 0 for every negative float and 1 for the others, without a branch that random signs
            // would mispredict.
            float scaled = Math.fma(x[i] * 0x1p127f, 0x1p24f, 1f);
            float step = Math.max(0f, Math.min(1f, scaled));
            gradient[i] *= Math.fma(step, rise, Math.min(0f, y[i]) + scale);
        }
    }
}
