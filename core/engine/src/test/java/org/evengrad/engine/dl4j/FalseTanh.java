package org.evengrad.engine.dl4j;

import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/** A plugin that calls itself tanh and computes something else. */
@Strategy(
        name = "tanh",
        summary = "Half of it",
        formula = "f(x) = tanh(x) / 2",
        useWhen = "in tests",
        avoidWhen = "elsewhere",
        reference = "https://example.org/false-tanh",
        since = "0.1.0")
public record FalseTanh() implements Activation {
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            y[i] = 0.5f * (float) Math.tanh(x[i]);
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            gradient[i] *= 0.5f * (1 - 4 * y[i] * y[i]);
        }
    }
}
