package org.evengrad.activations.identity;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x. What a regression network puts behind its last layer.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "identity",
        summary = "Passes its input on unchanged",
        formula = "y = x",
        useWhen = "for the last layer of a regression",
        avoidWhen = "for hidden layers, which without a bend are one linear layer",
        reference = "https://en.wikipedia.org/wiki/Identity_function",
        since = "0.1.0")
@AutoService(Activation.class)
public record Identity() implements Activation {
    @Override
    public void forward(float[] x, float[] y, int size) {
        System.arraycopy(x, 0, y, 0, size);
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        // f'(x) = 1
    }
}
