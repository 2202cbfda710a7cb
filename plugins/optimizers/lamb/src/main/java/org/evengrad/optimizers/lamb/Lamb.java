package org.evengrad.optimizers.lamb;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * AdamW whose step is, for each tensor, a share of the size of its weights: r = m' / (sqrt(v') +
 * epsilon) + weightDecay * w, w = w - rate * phi(|w|) / |r| * r, where phi keeps the size between
 * smallestNorm and largestNorm. You et al., 2020, algorithm 2.
 *
 * <p>What differs from the paper: biases and normalization take Adam's step as it is, without
 * decay, and so does a tensor whose weights or step are all zero. With the default bounds phi is
 * the identity.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the mean of the squared gradient
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @param weightDecay the share of a weight that is added to its step
 * @param smallestNorm the norm that smaller weights are taken to have
 * @param largestNorm the norm that larger weights are taken to have
 * @since 0.1.0
 */
@Strategy(
        name = "lamb",
        summary = "AdamW whose step is a share of the size of each tensor",
        formula =
                "r = m' / (sqrt(v') + epsilon) + weightDecay * w, w -= rate * phi(norm(w)) /"
                        + " norm(r) * r, phi(x) = min(max(x, smallestNorm), largestNorm)",
        useWhen = "for attention networks with batches of thousands of examples",
        avoidWhen = "for small batches, where AdamW is as good and simpler to tune",
        reference = "https://arxiv.org/abs/1904.00962",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Lamb(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double beta2,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon,
        @Option(help = "Share of a weight added to its step", range = "[0, inf)")
                double weightDecay,
        @Option(help = "Norm that smaller weights are taken to have", range = "[0, inf)")
                double smallestNorm,
        @Option(help = "Norm that larger weights are taken to have", range = "(0, inf]")
                double largestNorm)
        implements Optimizer {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the largest norm is below the smallest
     */
    public Lamb {
        if (largestNorm < smallestNorm) {
            throw new IllegalArgumentException(
                    "largest-norm must be at least smallest-norm, "
                            + smallestNorm
                            + ", not "
                            + largestNorm);
        }
    }

    /** Adam's defaults with an epsilon of 1e-6, a weight decay of 0.01, and no bounds. */
    public Lamb() {
        this(0.001, 0.9, 0.999, 1e-6, 0.01, 0, Double.POSITIVE_INFINITY);
    }

    /** The same with another learning rate. */
    public Lamb withLearningRate(double learningRate) {
        return new Lamb(
                learningRate, beta1, beta2, epsilon, weightDecay, smallestNorm, largestNorm);
    }

    /** Two: the means of the gradient and of its square. */
    @Override
    public int slots() {
        return 2;
    }

    /** Whole tensors, for their norms. */
    @Override
    public Grain grain() {
        return Grain.TENSORS;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        double steps = at.updates() + 1.0;
        double rootCorrection = Math.sqrt(1 - Math.pow(beta2, steps));
        float scale = (float) (rootCorrection / (1 - Math.pow(beta1, steps)));
        float floor = (float) (epsilon * rootCorrection);
        boolean adapts = chunk.tensor().role().decays();
        float decay = (float) (adapts ? weightDecay : 0);
        float[] parameters = chunk.parameters();
        float[] mean = chunk.state(0);
        float[] meanSquare = chunk.state(1);
        int size = chunk.size();
        average(chunk.gradient(), mean, meanSquare, size);
        double trust = 1;
        if (adapts) {
            double weights = 0;
            double step = 0;
            for (int i = 0; i < size; i++) {
                float w = parameters[i];
                double r = scale * mean[i] / ((float) Math.sqrt(meanSquare[i]) + floor) + decay * w;
                weights += (double) w * w;
                step += r * r;
            }
            trust = trust(Math.sqrt(weights), Math.sqrt(step));
        }
        float rate = (float) (at.rate() * trust);
        for (int i = 0; i < size; i++) {
            float w = parameters[i];
            float r = scale * mean[i] / ((float) Math.sqrt(meanSquare[i]) + floor) + decay * w;
            parameters[i] = w - rate * r;
        }
    }

    private void average(float[] gradient, float[] mean, float[] meanSquare, int size) {
        float keptMean = (float) beta1;
        float newMean = (float) (1 - beta1);
        float keptSquare = (float) beta2;
        float newSquare = (float) (1 - beta2);
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            mean[i] = keptMean * mean[i] + newMean * slope;
            meanSquare[i] = keptSquare * meanSquare[i] + newSquare * slope * slope;
        }
    }

    private double trust(double weights, double step) {
        double bounded = Math.min(Math.max(weights, smallestNorm), largestNorm);
        return bounded == 0 || step == 0 ? 1 : bounded / step;
    }
}
