package org.evengrad.activations.celu;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x for positive x and alpha (e^(x / alpha) - 1) for the others: an ELU whose slope has no
 * jump, whatever alpha is. Barron, 2017.
 *
 * <p>Off by at most 2 ulp of max(|f|, 0.001). Infinity gives infinity, negative infinity gives
 * -alpha.
 *
 * @param alpha what the output of a very negative input falls to, negated
 * @since 0.1.0
 */
@Strategy(
        name = "celu",
        summary = "ELU whose slope has no jump, whatever its alpha",
        formula = "f(x) = max(0, x) + min(0, alpha * (exp(x / alpha) - 1))",
        useWhen = "in place of ELU where alpha is not 1",
        avoidWhen = "with alpha 1, where ELU is the same and better known",
        reference = "https://arxiv.org/abs/1704.07483",
        since = "0.1.0")
@AutoService(Activation.class)
public record Celu(
        @Option(help = "Size of the lowest output", range = "[0.001, 1000]") double alpha)
        implements Activation {
    /** The paper's alpha of 1, which is ELU. */
    public Celu() {
        this(1);
    }

    /**
     * Computes e^z - 1 = 2^n (e^r - 1) + (2^n - 1) with z = x / alpha = n ln 2 + r, from alpha r,
     * so that a small x stays x. All of it is plain float arithmetic, which the JIT vectorizes,
     * unlike tables or the bits of a float.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        float scale = (float) alpha;
        float lowest = (float) (-18 * alpha);
        float turns = (float) (1.4426950408889634 / alpha);
        float period = (float) (-0.6931471805599453 * alpha);
        float inverse = (float) (1 / alpha);
        for (int i = 0; i < size; i++) {
            // Below -18 e^z - 1 is -1 in float; a positive x adds 0.
            float v = Math.max(lowest, Math.min(0f, x[i]));

            // Adding 1.5 * 2^23 rounds to an integer.
            float n = Math.fma(v, turns, 0x1.8p23f) - 0x1.8p23f;
            float scaled = Math.fma(n, period, v);
            float r = scaled * inverse;

            // e^r - 1 = r + r^2 q(r), a minimax fit for -0.3475 < r < 0.3475.
            float q = Math.fma(r, 1.38698437e-3f, 8.36644694e-3f);
            q = Math.fma(r, q, 4.16674465e-2f);
            q = Math.fma(r, q, 0.16666545f);
            q = Math.fma(r, q, 0.49999997f);
            float e = Math.fma(scaled * r, q, scaled);

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
        float inverse = (float) (1 / alpha);
        for (int i = 0; i < size; i++) {
            gradient[i] *= Math.fma(Math.min(0f, y[i]), inverse, 1f);
        }
    }
}
