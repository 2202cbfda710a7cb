package org.evengrad.optimizers.adamw;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Adam with decoupled weight decay: w = w - rate * weightDecay * w - rate * m' / (sqrt(v') +
 * epsilon). The decay does not pass through the averages, so it acts on all weights alike; biases
 * and normalization do not decay. Loshchilov and Hutter, 2019, algorithm 2, with the learning rate
 * inside the paper's schedule multiplier.
 *
 * @param learningRate the learning rate at a schedule factor of 1: about the size of a step of one
 *     parameter
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the mean of the squared gradient
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @param weightDecay the share of a weight that is dropped per step and unit of rate
 * @since 0.1.0
 */
@Strategy(
        name = "adamw",
        summary = "Adam with weight decay apart from the gradient",
        formula =
                "m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; w -= rate * (m"
                    + " / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) + weight-decay * w)",
        useWhen = "for transformers, and in place of Adam wherever weights should stay small",
        avoidWhen = "with a penalty on the weights as well: they would shrink twice",
        reference = "https://arxiv.org/abs/1711.05101",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient", "slow-convergence"})
@AutoService(Optimizer.class)
public record AdamW(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double beta2,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon,
        @Option(help = "Share of a weight dropped per step and unit of rate", range = "[0, inf)")
                double weightDecay)
        implements Optimizer {
    /** Adam's defaults and a weight decay of 0.01. */
    public AdamW() {
        this(0.001, 0.9, 0.999, 1e-8, 0.01);
    }

    /** The same with another learning rate. */
    public AdamW withLearningRate(double learningRate) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Two: the means of the gradient and of its square. */
    @Override
    public int slots() {
        return 2;
    }

    @Override
    public boolean leavesChange() {
        return true;
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
        float keptMean = (float) beta1;
        float newMean = (float) (1 - beta1);
        float keptSquare = (float) beta2;
        float newSquare = (float) (1 - beta2);
        double decay = chunk.tensor().role().decays() ? weightDecay : 0;
        float kept = (float) (1 - at.rate() * decay);
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(0);
        float[] meanSquare = chunk.state(1);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float m = keptMean * mean[i] + newMean * slope;
            float v = keptSquare * meanSquare[i] + newSquare * slope * slope;
            mean[i] = m;
            meanSquare[i] = v;
            // 0 * v is NaN if the square overflowed: a weight must not stand still unnoticed.
            float before = parameters[i];
            float now = kept * before - stepSize * m / ((float) Math.sqrt(v) + floor) + 0 * v;
            parameters[i] = now;
            gradient[i] = before - now;
        }
    }
}
