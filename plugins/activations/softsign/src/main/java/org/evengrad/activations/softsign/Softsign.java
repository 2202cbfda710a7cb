package org.evengrad.activations.softsign;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x / (1 + |x|). Like tanh between -1 and 1, but it comes near its bounds so slowly that
 * units saturate less. Bergstra and others, 2009; Glorot and Bengio, 2010.
 *
 * <p>The infinities give -1 and 1.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "softsign",
        summary = "Bounded between -1 and 1 like tanh, with longer tails",
        formula = "y = x / (1 + abs(x))",
        useWhen = "in place of tanh where units saturate",
        avoidWhen = "for a deep stack, whose signal shrinks with every layer",
        reference = "https://proceedings.mlr.press/v9/glorot10a.html",
        since = "0.1.0")
@AutoService(Activation.class)
public record Softsign() implements Activation {
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            // Beyond these bounds f is -1 and 1 in float.
            float v = Math.max(-0x1p30f, Math.min(0x1p30f, x[i]));
            y[i] = v / (1 + Math.abs(v));
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            float fraction = 1 / (1 + Math.abs(x[i]));
            gradient[i] *= fraction * fraction;
        }
    }
}
