package org.evengrad.activations.relu6;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = min(max(x, 0), 6), with slope 0 at 0 and at 6. Krizhevsky, 2010.
 *
 * <p>The infinities give 0 and 6.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "relu6",
        summary = "ReLU that is cut at 6",
        formula = "y = min(6, max(0, x))",
        useWhen = "for models that will run in fixed-point arithmetic, as in MobileNet",
        avoidWhen = "where plain ReLU does, because units above 6 get no gradient either",
        reference = "https://www.cs.toronto.edu/~kriz/conv-cifar10-aug2010.pdf",
        since = "0.1.0")
@AutoService(Activation.class)
public record Relu6() implements Activation {
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            y[i] = Math.max(0f, Math.min(6f, x[i]));
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            // Each factor is 1 or more for every float on the inner side of its kink, and 0 or less
            // for the others: no branch that random signs would mispredict.
            float above = x[i] * 0x1p127f * 0x1p24f;
            float below = (6 - x[i]) * 0x1p24f;
            gradient[i] *= Math.max(0f, Math.min(1f, Math.min(above, below)));
        }
    }
}
