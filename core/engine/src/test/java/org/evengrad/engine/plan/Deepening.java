package org.evengrad.engine.plan;

import org.evengrad.spi.Activation;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;

/** The identity, divided by the depth of the network that it is in. */
@Strategy(
        name = "deepening",
        summary = "Divides by the depth",
        formula = "f(x) = x / depth",
        useWhen = "in tests",
        avoidWhen = "elsewhere",
        reference = "https://example.org/deepening",
        since = "0.1.0")
public record Deepening(@Option(help = "What divides", range = "[1, inf)") int depth)
        implements Activation {
    /** Not in a network yet. */
    public Deepening() {
        this(1);
    }

    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            y[i] = x[i] / depth;
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            gradient[i] /= depth;
        }
    }

    @Override
    public Activation tuned(int layers) {
        return new Deepening(layers);
    }
}
