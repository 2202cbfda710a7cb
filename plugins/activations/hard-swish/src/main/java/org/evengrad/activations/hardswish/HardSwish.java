package org.evengrad.activations.hardswish;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x * relu6(x + 3) / 6: swish with a sigmoid of straight lines. Howard and others, 2019,
 * section 5.2.
 *
 * <p>The slope jumps at both kinks, from 0 to -0.5 at -3 and from 1.5 to 1 at 3; there it is 0 and
 * 1. Negative infinity gives 0, infinity is passed on.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "hard-swish",
        summary = "Swish made of a parabola between two straight lines",
        formula = "y = x * min(6, max(0, x + 3)) / 6",
        useWhen = "for small models of many layers that must run fast, as MobileNetV3",
        avoidWhen = "where a smooth gradient matters, because the slope jumps at -3 and at 3",
        reference = "https://arxiv.org/abs/1905.02244",
        since = "0.1.0")
@AutoService(Activation.class)
public record HardSwish() implements Activation {
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            float v = Math.max(-3f, Math.min(3f, x[i]));
            float gate = v + 3;
            float rounded = v - (gate - 3);
            // An eighth, so that the product does not overflow.
            float factor = Math.max(-3f, x[i]);
            y[i] = Math.fma(factor, gate * 0.125f, v * rounded * 0.125f) / 0.75f;
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            float v = Math.max(-3f, Math.min(3f, x[i]));
            // 1 for every float between the kinks and 0 for the others, without a branch.
            float inside = Math.min(1f, (3 - Math.abs(v)) * 0x1p24f);
            gradient[i] *= Math.fma(v, inside, v + 3) * (1f / 6);
        }
    }
}
