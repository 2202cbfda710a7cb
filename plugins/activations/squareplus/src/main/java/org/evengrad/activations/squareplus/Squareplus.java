package org.evengrad.activations.squareplus;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;

/**
 * f(x) = (x + sqrt(x^2 + b)) / 2: smooth like softplus, without an exponential. Barron, 2021.
 *
 * <p>Negative infinity gives 0, infinity is passed on.
 *
 * @param b how wide the bend around 0 is: f(0) is sqrt(b) / 2, and b near 0 gives ReLU
 * @since 0.1.0
 */
@Strategy(
        name = "squareplus",
        summary = "Smooth ReLU made of a square root",
        formula = "y = (x + sqrt(x^2 + b)) / 2",
        useWhen = "where softplus is wanted and its exponential is too slow",
        avoidWhen = "for hidden layers of a deep stack, because its outputs have a mean above 0",
        reference = "https://arxiv.org/abs/2112.11687",
        since = "0.1.0")
@AutoService(Activation.class)
public record Squareplus(
        @Option(help = "Width of the bend around 0", range = "[1e-6, 1e6]") double b)
        implements Activation {
    /** The 4 of the paper's implementation in JAX. */
    public Squareplus() {
        this(4);
    }

    /**
     * Because f(x) - f(-x) = x, f(x) is max(x, 0) + f(-|x|). There the sum cancels, so it is the
     * fraction b / 2 / (sqrt(x^2 + b) + |x|).
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        float width = (float) b;
        float half = width / 2;
        for (int i = 0; i < size; i++) {
            // Beyond this bound x^2 overflows, and f(-|x|) is 0 next to 0.001.
            float distance = Math.min(1e15f, Math.abs(x[i]));
            float square = Math.fma(distance, distance, width);
            float root = (float) Math.sqrt(square);
            // What the root rounded, so that the sum is right to more digits.
            float error = Math.fma(root, root, -square);
            float sum = root + distance;
            float rest = (root - sum) + distance - error * (0.5f / root);
            float fraction = half / sum;
            y[i] = Math.max(x[i], 0f) + (fraction - fraction * rest / sum);
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        float width = (float) b;
        for (int i = 0; i < size; i++) {
            // f' = f / sqrt(x^2 + b): no difference that cancels.
            float distance = Math.min(1e15f, Math.abs(x[i]));
            float root = (float) Math.sqrt(Math.fma(distance, distance, width));
            gradient[i] *= Math.min(1e15f, y[i]) / root;
        }
    }
}
