package org.evengrad.optimizers.sgd;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Stochastic gradient descent: w = w - rate * g. Robbins and Monro, 1951.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @since 0.1.0
 */
@Strategy(
        name = "sgd",
        summary = "Plain stochastic gradient descent",
        formula = "w -= rate * g",
        useWhen =
                "for convolutional networks with a well-tuned schedule, and as the simplest thing"
                        + " to compare with",
        avoidWhen = "for transformers, and where gradients differ much in size between layers",
        reference = "https://doi.org/10.1214/aoms/1177729586",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Sgd(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate)
        implements Optimizer {
    /** Learning rate 0.01. */
    public Sgd() {
        this(0.01);
    }

    /** The same with another learning rate. */
    public Sgd withLearningRate(double learningRate) {
        return new Sgd(learningRate);
    }

    @Override
    public boolean leavesChange() {
        return true;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float rate = (float) at.rate();
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float before = parameters[i];
            float now = before - rate * gradient[i];
            parameters[i] = now;
            gradient[i] = before - now;
        }
    }
}
