package org.evengrad.optimizers.lars;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Momentum with a rate of its own for each tensor, in proportion to the size of its weights: trust
 * = trustCoefficient * |w| / (|g| + weightDecay * |w|), v = momentum * v + rate * trust * (g +
 * weightDecay * w), w = w - v. You, Gitman and Ginsburg, 2017, algorithm 1 and equation 6.
 *
 * <p>What differs from the paper: biases and normalization take plain momentum without decay, so
 * the rate must suit them as well, and weights that are all zero take a trust of 1, since they
 * could never leave zero otherwise. The polynomial decay of the paper's rate is a scheduler here.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param momentum what is kept of the last step
 * @param weightDecay the share of a weight that is added to its gradient
 * @param trustCoefficient how far a tensor may move, as a share of its size and per unit of rate
 * @since 0.1.0
 */
@Strategy(
        name = "lars",
        summary = "Momentum whose step is a share of the size of each tensor",
        formula =
                "v = momentum * v + rate * trust * (g + weightDecay * w), w -= v, trust ="
                        + " trustCoefficient * norm(w) / (norm(g) + weightDecay * norm(w))",
        useWhen = "for convolutional networks with batches of thousands of examples",
        avoidWhen = "for small batches, where plain momentum is as good and has one option less",
        reference = "https://arxiv.org/abs/1708.03888",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Lars(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "What is kept of the last step", range = "[0, 1)") double momentum,
        @Option(help = "Share of a weight added to its gradient", range = "[0, inf)")
                double weightDecay,
        @Option(help = "Share of its size that a tensor moves per unit of rate", range = "(0, inf)")
                double trustCoefficient)
        implements Optimizer {
    /** The paper's momentum of 0.9, weight decay of 0.0005 and trust of 0.001, at a rate of 0.1. */
    public Lars() {
        this(0.1, 0.9, 5e-4, 1e-3);
    }

    /** The same with another learning rate. */
    public Lars withLearningRate(double learningRate) {
        return new Lars(learningRate, momentum, weightDecay, trustCoefficient);
    }

    /** One: the last step. */
    @Override
    public int slots() {
        return 1;
    }

    /** Whole tensors, for their norms. */
    @Override
    public Grain grain() {
        return Grain.TENSORS;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        boolean adapts = chunk.tensor().role().decays();
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] velocity = chunk.state(0);
        int size = chunk.size();
        double trust = adapts ? trust(norm(parameters, size), norm(gradient, size)) : 1;
        float kept = (float) momentum;
        float slope = (float) (at.rate() * trust);
        float decay = (float) (adapts ? at.rate() * trust * weightDecay : 0);
        for (int i = 0; i < size; i++) {
            float v = kept * velocity[i] + slope * gradient[i] + decay * parameters[i];
            velocity[i] = v;
            parameters[i] -= v;
        }
    }

    private double trust(double weights, double gradient) {
        double size = gradient + weightDecay * weights;
        return weights == 0 || size == 0 ? 1 : trustCoefficient * weights / size;
    }

    private static double norm(float[] values, int size) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 2 <= size; i += 2) {
            even += (double) values[i] * values[i];
            odd += (double) values[i + 1] * values[i + 1];
        }
        if (i < size) {
            even += (double) values[i] * values[i];
        }
        return Math.sqrt(even + odd);
    }
}
