package org.evengrad.activations.selu;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = lambda x for positive x and lambda alpha (e^x - 1) for the others, with lambda = 1.0507
 * and alpha = 1.6733: the scales at which mean 0 and variance 1 pass through a layer whose weights
 * have mean 0 and variance 1 / fan-in. Klambauer, Unterthiner, Mayr and Hochreiter, 2017.
 *
 * <p>Off by at most 2 ulp of max(|f|, 0.001). Infinity gives infinity, negative infinity gives
 * -1.7581.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "selu",
        summary = "ELU with scales that keep mean 0 and variance 1 from layer to layer",
        formula = "f(x) = 1.0507 * x if x > 0, else 1.7581 * (exp(x) - 1)",
        useWhen = "for a deep dense stack without normalization, with the lecun initializer",
        avoidWhen = "with other weight scales, skip connections or plain dropout",
        reference = "https://arxiv.org/abs/1706.02515",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient/activation-slope", "dead-units", "saturation"})
@AutoService(Activation.class)
public record Selu() implements Activation {
    private static final float LAMBDA = 1.0507009873554805f;
    private static final float LAMBDA_ALPHA = 1.7580993408473769f;

    /**
     * Computes e^x - 1 = 2^n (e^r - 1) + (2^n - 1) with x = n ln 2 + r. The scale is in both parts,
     * so that few roundings add up. All of it is plain float arithmetic, which the JIT vectorizes,
     * unlike tables or the bits of a float.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
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
            float e = Math.fma(LAMBDA_ALPHA, r, LAMBDA_ALPHA * (r * r * q));

            // The last place of a rough 2^(n + 23.5) is 2^n, and a float less its product with
            // 1 - 2^-24 is its last place.
            float s = Math.fma(n, 1.41684653e-3f, 0.107843019f);
            s = Math.fma(n, s, 2.74520969f);
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s -= s * 0x1.fffffep-1f;

            float falling = Math.fma(LAMBDA_ALPHA, s - 1, s * e);
            y[i] = Math.fma(LAMBDA, Math.max(0f, x[i]), falling);
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            // 0 for every negative float and 1 for the others, without a branch that random signs
            // would mispredict.
            float scaled = Math.fma(x[i] * 0x1p127f, 0x1p24f, 1f);
            float step = Math.max(0f, Math.min(1f, scaled));
            float falling = Math.min(0f, y[i]) + LAMBDA_ALPHA;
            gradient[i] *= Math.fma(step, LAMBDA - LAMBDA_ALPHA, falling);
        }
    }
}
