package org.evengrad.activations.hardtanh;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x, cut to [-1, 1]: a tanh of straight lines. Collobert and others, 2011.
 *
 * <p>The slope at the two kinks is 0. The infinities give -1 and 1.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "hard-tanh",
        summary = "Passes inputs between -1 and 1 on and cuts the others",
        formula = "y = min(1, max(-1, x))",
        useWhen = "for bounded outputs at the price of a copy, and for weights or signs of one bit",
        avoidWhen = "where inputs grow beyond 1, because units out there get no gradient",
        reference = "https://arxiv.org/abs/1103.0398",
        since = "0.1.0")
@AutoService(Activation.class)
public record HardTanh() implements Activation {
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            y[i] = Math.max(-1f, Math.min(1f, x[i]));
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            // 1 for every float between the kinks and 0 for the others, without a branch.
            gradient[i] *= Math.min(1f, Math.max(0f, 1 - Math.abs(x[i])) * 0x1p24f);
        }
    }
}
