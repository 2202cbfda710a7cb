package org.evengrad.optimizers.yogi;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Yogi: Adam whose mean of squares moves by the size of the squared gradient alone, v = v - (1 -
 * beta2) * sign(v - g^2) * g^2, so that it falls slowly and steps grow slowly. Zaheer et al., 2018,
 * algorithm 2. As in TensorFlow Federated, both averages are corrected for their start as in Adam,
 * and v starts at a small positive number.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the mean of the squared gradient
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @param initialSquare what the mean of the squared gradient starts at
 * @since 0.1.0
 */
@Strategy(
        name = "yogi",
        summary = "Adam whose step sizes grow slowly",
        formula =
                "v starts at initial-square; m = beta1 * m + (1 - beta1) * g; v -= (1 - beta2) *"
                        + " sign(v - g^2) * g^2; w -= rate * m / (1 - beta1^t) / (sqrt(v / (1 -"
                        + " beta2^t)) + epsilon)",
        useWhen =
                "where Adam diverges late because gradients became small and steps long, and for"
                        + " federated training",
        avoidWhen = "where gradients shrink fast: its step sizes follow slowly",
        reference = "https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Yogi(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double beta2,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon,
        @Option(help = "What the mean of the squared gradient starts at", range = "[0, inf)")
                double initialSquare)
        implements Optimizer {
    /** Nothing against a difference that matters, and no zero. */
    private static final float TINY = 1e-37f;

    /** Learning rate 0.01, decays 0.9 and 0.999, epsilon 0.001, initial square 1e-6. */
    public Yogi() {
        this(0.01, 0.9, 0.999, 1e-3, 1e-6);
    }

    /** The same with another learning rate. */
    public Yogi withLearningRate(double learningRate) {
        return new Yogi(learningRate, beta1, beta2, epsilon, initialSquare);
    }

    /** Two: the mean of the gradient and what follows its square. */
    @Override
    public int slots() {
        return 2;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        // The corrections m / (1 - beta1^t) and v / (1 - beta2^t) are taken out of the loop, as the
        // paper of Adam does at the end of its section 2; epsilon moves with them and so stays the
        // same.
        double steps = at.updates() + 1.0;
        double rootCorrection = Math.sqrt(1 - Math.pow(beta2, steps));
        float stepSize = (float) (at.rate() * rootCorrection / (1 - Math.pow(beta1, steps)));
        float floor = (float) (epsilon * rootCorrection);
        float first = at.updates() == 0 ? (float) initialSquare : 0;
        float keptMean = (float) beta1;
        float newMean = (float) (1 - beta1);
        float newSquare = (float) (1 - beta2);
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(0);
        float[] follower = chunk.state(1);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float m = keptMean * mean[i] + newMean * slope;
            float square = slope * slope;
            float before = follower[i] + first;
            float above = square - before;
            float sign = above / (Math.abs(above) + TINY);
            float v = before + newSquare * sign * square;
            mean[i] = m;
            follower[i] = v;
            // 0 * v is NaN if the square overflowed: a weight must not stand still unnoticed.
            parameters[i] -= stepSize * m / ((float) Math.sqrt(v) + floor) + 0 * v;
        }
    }
}
