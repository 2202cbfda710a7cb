package org.evengrad.optimizers.momentum;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Gradient descent with a heavy ball: v = momentum * v + g, w = w - rate * v. Polyak, 1964. The
 * rate stands outside of the sum, so a change of the rate takes effect at once.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param momentum how much of the velocity is kept from step to step
 * @since 0.1.0
 */
@Strategy(
        name = "momentum",
        summary = "Gradient descent that keeps a velocity",
        formula = "v = momentum * v + g; w -= rate * v",
        useWhen = "for convolutional networks, where it often generalizes better than Adam",
        avoidWhen = "for transformers, and without time to search for a learning rate",
        reference = "https://doi.org/10.1016/0041-5553(64)90137-5",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Momentum(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Share of the velocity that is kept from step to step", range = "[0, 1)")
                double momentum)
        implements Optimizer {
    /** Learning rate 0.01, momentum 0.9. */
    public Momentum() {
        this(0.01, 0.9);
    }

    /** The same with another learning rate. */
    public Momentum withLearningRate(double learningRate) {
        return new Momentum(learningRate, momentum);
    }

    /** One: the velocity. */
    @Override
    public int slots() {
        return 1;
    }

    @Override
    public boolean leavesChange() {
        return true;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] velocity = chunk.state(0);
        float kept = (float) momentum;
        float rate = (float) at.rate();
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float moved = kept * velocity[i] + gradient[i];
            velocity[i] = moved;
            float before = parameters[i];
            float now = before - rate * moved;
            parameters[i] = now;
            gradient[i] = before - now;
        }
    }
}
