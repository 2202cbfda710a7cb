package org.evengrad.engine.plan;

import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Probe;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/** Scales layer after layer until its output has a variance on data. */
@Strategy(
        name = "settling",
        summary = "Gives every layer the same variance on data",
        formula = "w /= sqrt(var(y) / variance)",
        useWhen = "in tests",
        avoidWhen = "elsewhere",
        reference = "https://arxiv.org/abs/1511.06422",
        since = "0.1.0")
public record Settling(@Option(help = "The variance", range = "(0, inf)") double variance)
        implements Initializer {
    /** A variance of 1. */
    public Settling() {
        this(1);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        for (int i = 0; i < tensor.size(); i++) {
            values[i] = 7 * (float) random.nextGaussian();
        }
    }

    @Override
    public void refine(Probe probe) {
        for (Tensor tensor : probe.tensors()) {
            double factor = Math.sqrt(variance / probe.outputVariance(tensor, 0));
            float[] values = probe.parameters(tensor);
            for (int i = 0; i < values.length; i++) {
                values[i] *= (float) factor;
            }
            probe.write(tensor, values);
        }
    }
}
