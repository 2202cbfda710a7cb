package org.evengrad.optimizers.nesterov;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Nesterov's accelerated gradient: v = momentum * v + g, w = w - rate * (g + momentum * v).
 * Sutskever et al., 2013, equations 3 and 4, compute the gradient at the point where the velocity
 * alone would lead; here, as is common, that point is what is stored as w, so that each step needs
 * the gradient at w only. The rate stands outside of the sum, so a change of the rate takes effect
 * at once. At a constant rate this is DL4J's Nesterovs, which has the rate within its velocity.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param momentum how much of the velocity is kept from step to step
 * @since 0.1.0
 */
@Strategy(
        name = "nesterov",
        summary = "Gradient descent with a velocity that looks ahead",
        formula = "v = momentum * v + g; w -= rate * (g + momentum * v)",
        useWhen = "in place of momentum: it is at least as good and damps oscillation",
        avoidWhen = "for transformers, and without time to search for a learning rate",
        reference = "https://proceedings.mlr.press/v28/sutskever13.html",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Nesterov(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Share of the velocity that is kept from step to step", range = "[0, 1)")
                double momentum)
        implements Optimizer {
    /** Learning rate 0.01, momentum 0.9. */
    public Nesterov() {
        this(0.01, 0.9);
    }

    /** The same with another learning rate. */
    public Nesterov withLearningRate(double learningRate) {
        return new Nesterov(learningRate, momentum);
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
            float slope = gradient[i];
            float moved = kept * velocity[i] + slope;
            velocity[i] = moved;
            float before = parameters[i];
            float now = before - rate * (slope + kept * moved);
            parameters[i] = now;
            gradient[i] = before - now;
        }
    }
}
