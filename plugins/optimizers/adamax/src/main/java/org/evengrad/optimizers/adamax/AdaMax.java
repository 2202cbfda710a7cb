package org.evengrad.optimizers.adamax;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * AdaMax: u = max(beta2 * u, |g|), w = w - rate / (1 - beta1^t) * m / (u + epsilon), where m is the
 * moving average of the gradient: Adam with the largest recent gradient in place of the mean of
 * squares. Kingma and Ba, 2015, section 7.1, algorithm 2, which has no epsilon; it is needed where
 * no gradient has come yet.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the largest gradient
 * @param epsilon added to the largest gradient, so that a weight that never had one stays
 * @since 0.1.0
 */
@Strategy(
        name = "adamax",
        summary = "Adam with the largest recent gradient in place of the mean of squares",
        formula =
                "m = beta1 * m + (1 - beta1) * g; u = max(beta2 * u, abs(g)); w -= rate / (1 -"
                        + " beta1^t) * m / (u + epsilon)",
        useWhen = "for embeddings and sparse gradients, and where squares would overflow",
        avoidWhen = "where single spikes of the gradient occur: one makes a thousand steps short",
        reference = "https://arxiv.org/abs/1412.6980",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record AdaMax(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the largest gradient", range = "[0, 1)") double beta2,
        @Option(
                        help =
                                "Added to the largest gradient, so that a weight without a gradient"
                                        + " stays",
                        range = "[1e-20, inf)")
                double epsilon)
        implements Optimizer {
    /** The paper's: learning rate 0.002, decays 0.9 and 0.999; epsilon 1e-8. */
    public AdaMax() {
        this(0.002, 0.9, 0.999, 1e-8);
    }

    /** The same with another learning rate. */
    public AdaMax withLearningRate(double learningRate) {
        return new AdaMax(learningRate, beta1, beta2, epsilon);
    }

    /** Two: the mean of the gradient and its largest magnitude. */
    @Override
    public int slots() {
        return 2;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        float stepSize = (float) (at.rate() / (1 - Math.pow(beta1, at.updates() + 1.0)));
        float floor = (float) epsilon;
        float keptMean = (float) beta1;
        float newMean = (float) (1 - beta1);
        float keptLargest = (float) beta2;
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(0);
        float[] largest = chunk.state(1);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float m = keptMean * mean[i] + newMean * slope;
            float u = Math.max(keptLargest * largest[i], Math.abs(slope));
            mean[i] = m;
            largest[i] = u;
            parameters[i] -= stepSize * m / (u + floor);
        }
    }
}
