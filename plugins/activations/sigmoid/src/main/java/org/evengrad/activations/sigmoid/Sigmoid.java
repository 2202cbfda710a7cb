package org.evengrad.activations.sigmoid;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = 1 / (1 + e^-x). Its slope is at most 1/4, so a deep stack of it lets gradients vanish.
 * Rumelhart, Hinton and Williams, 1986, equation 2.
 *
 * <p>Off by at most 2.5 ulp of max(f, 0.001). In the far tail the relative error grows, to 1e-4 at
 * -20 and 1e-2 at -40. Negative infinity gives 0, infinity gives 1.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "sigmoid",
        summary = "Logistic function with outputs between 0 and 1",
        reference = "https://doi.org/10.1038/323533a0",
        since = "0.1.0")
@AutoService(Activation.class)
public record Sigmoid() implements Activation {
    /**
     * Computes e^-x as (e^v)^32 with v = -x / 32: a short polynomial and five squarings, in the sum
     * of two floats, because squaring doubles the relative error each time. A table or the bits of
     * the exponent would be shorter, but the JIT does not vectorize them; and it gives up on longer
     * loop bodies, so this one is as short as the accuracy allows. Without fused multiply-add in
     * the processor it is right and slow.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            // Beyond these bounds f is 1 and 0 in float; within them only the last square
            // overflows.
            float v = Math.max(-0.75f, Math.min(3f, x[i] * -0x1p-5f));

            // e^v = 1 + v + v^2 q(v), with q fitted at Chebyshev nodes of [-0.1, 0.22].
            float q = Math.fma(v, 1.4506049e-3f, 8.33241682e-3f);
            q = Math.fma(v, q, 4.16659267e-2f);
            q = Math.fma(v, q, 0.166666682f);
            q = Math.fma(v, q, 0.500000001f);
            float first = 1 + v;
            float rest = Math.fma(v * v, q, (1 - first) + v);
            float high = first + rest;
            float low = (first - high) + rest;

            // (high + low)^2, four times. The square of the low part is too small to matter.
            float square = high * high;
            low = Math.fma(high + high, low, Math.fma(high, high, -square));
            high = square;
            square = high * high;
            low = Math.fma(high + high, low, Math.fma(high, high, -square));
            high = square;
            square = high * high;
            low = Math.fma(high + high, low, Math.fma(high, high, -square));
            high = square;
            square = high * high;
            low = Math.fma(high + high, low, Math.fma(high, high, -square));
            high = square;

            y[i] = 1 / Math.fma(high, high, Math.fma(high + high, low, 1f));
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            gradient[i] *= y[i] * (1 - y[i]);
        }
    }
}
