package org.evengrad.activations.tanh;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = tanh(x). LeCun, Bottou, Orr and Mueller, 1998, section 4.4, on why a sigmoid should be
 * symmetric about the origin.
 *
 * <p>Off by at most 2 ulp of max(|f|, 0.001); the infinities give 1 and -1.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "tanh",
        summary = "Hyperbolic tangent with outputs between -1 and 1",
        formula = "f(x) = tanh(x)",
        useWhen = "for recurrent layers and for outputs between -1 and 1",
        avoidWhen = "for a deep stack, where it saturates and gradients vanish",
        reference = "https://doi.org/10.1007/3-540-49430-8_2",
        since = "0.1.0")
@AutoService(Activation.class)
public record Tanh() implements Activation {
    /**
     * Computes t = tanh(x / 2) as a + a^3 p(a^2) / q(a^2) with a = x / 2, and tanh(x) = 2t / (1 +
     * t^2) from it. Doubling damps the error of t near 1, where the first form loses digits. The
     * coefficients make p / q agree with (tanh(a) / a - 1) / a^2 at Chebyshev nodes of [0, 4.51].
     * Plain arithmetic that the JIT vectorizes.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            // Beyond these bounds tanh is 1 in float.
            float a = Math.max(-4.51f, Math.min(4.51f, 0.5f * x[i]));
            float s = a * a;
            float p = Math.fma(s, -1.77119537e-4f, -1.99723946e-2f);
            p = Math.fma(s, p, -0.333333333f);
            float q = Math.fma(s, 1.8303593e-4f, 2.25935329e-2f);
            q = Math.fma(s, q, 0.459917162f);
            q = Math.fma(s, q, 1f);
            float t = Math.fma(a * s, p / q, a);
            float square = t * t;
            float twice = t + t;
            // 2t / (1 + t^2) = 2t - 2t t^2 / (1 + t^2) rounds once where t is small.
            float result = Math.fma(-twice, square / (1 + square), twice);
            y[i] = Math.max(-1f, Math.min(1f, result));
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            gradient[i] *= (1 - y[i]) * (1 + y[i]);
        }
    }
}
