package org.evengrad.engine.dl4j;

import org.evengrad.spi.Activation;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;

/** An activation that DL4J does not have: x / (1 + |x| / width). */
@Strategy(
        name = "bend",
        summary = "Bends a line",
        formula = "f(x) = x / (1 + abs(x) / width)",
        useWhen = "in tests",
        avoidWhen = "elsewhere",
        reference = "https://example.org/bend",
        since = "0.1.0")
public record Bend(@Option(help = "Where it bends", range = "(0, inf)") double width)
        implements Activation {
    /** A width of 1. */
    public Bend() {
        this(1);
    }

    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            y[i] = x[i] / (1 + Math.abs(x[i]) / (float) width);
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            float bend = 1 + Math.abs(x[i]) / (float) width;
            gradient[i] /= bend * bend;
        }
    }
}
