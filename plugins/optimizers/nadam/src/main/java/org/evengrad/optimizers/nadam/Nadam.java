package org.evengrad.optimizers.nadam;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Adam with Nesterov's look ahead: w = w - rate * (c * m + d * g) / (sqrt(v') + epsilon), where c =
 * mu(t+1) / (1 - mu(1) ... mu(t+1)), d = (1 - mu(t)) / (1 - mu(1) ... mu(t)) and mu(t) = beta1 * (1
 * - 0.96^(t * momentumDecay) / 2). Dozat, 2016, with the schedule of its experiments. As in Keras
 * and PyTorch, m is kept with beta1 itself.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the mean of the squared gradient
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @param momentumDecay how fast the momentum grows from half of beta1 to beta1; at 0 it stays at
 *     half
 * @since 0.1.0
 */
@Strategy(
        name = "nadam",
        summary = "Adam with a momentum that looks ahead and grows",
        formula =
                "m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; mu = beta1 *"
                        + " (1 - 0.96^(t * momentum-decay) / 2); w -= rate * (mu(t+1) * m / (1 -"
                        + " prod(mu, t+1)) + (1 - mu) * g / (1 - prod(mu, t))) / (sqrt(v / (1 -"
                        + " beta2^t)) + epsilon)",
        useWhen = "in place of Adam for recurrent networks and noisy losses",
        avoidWhen =
                "with a schedule that warms up for long: its own momentum grows at the same time",
        reference = "https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient", "slow-convergence"})
@AutoService(Optimizer.class)
public record Nadam(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double beta2,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon,
        @Option(
                        help =
                                "How fast the momentum grows from half of beta1 to beta1: 0 for"
                                        + " never",
                        range = "[0, inf)")
                double momentumDecay)
        implements Optimizer {
    /** Below this a factor or a product is nothing to a float. */
    private static final double NEGLIGIBLE = 1e-10;

    private static final double BASE = 0.96;

    /** Learning rate 0.002, decays 0.9 and 0.999, epsilon 1e-8, momentum decay 1/250. */
    public Nadam() {
        this(0.002, 0.9, 0.999, 1e-8, 0.004);
    }

    /** The same with another learning rate. */
    public Nadam withLearningRate(double learningRate) {
        return new Nadam(learningRate, beta1, beta2, epsilon, momentumDecay);
    }

    /** Two: the means of the gradient and of its square. */
    @Override
    public int slots() {
        return 2;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        double steps = at.updates() + 1.0;
        double rootCorrection = Math.sqrt(1 - Math.pow(beta2, steps));
        double momentum = momentum(steps);
        double next = momentum(steps + 1);
        double product = product(at.updates() + 1);
        double scale = at.rate() * rootCorrection;
        float ofMean = (float) (scale * next / (1 - product * next));
        float ofGradient = (float) (scale * (1 - momentum) / (1 - product));
        float floor = (float) (epsilon * rootCorrection);
        float keptMean = (float) beta1;
        float newMean = (float) (1 - beta1);
        float keptSquare = (float) beta2;
        float newSquare = (float) (1 - beta2);
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(0);
        float[] meanSquare = chunk.state(1);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float m = keptMean * mean[i] + newMean * slope;
            float v = keptSquare * meanSquare[i] + newSquare * slope * slope;
            float ahead = ofMean * m + ofGradient * slope;
            mean[i] = m;
            meanSquare[i] = v;
            // 0 * v is NaN if the square overflowed: a weight must not stand still unnoticed.
            parameters[i] -= ahead / ((float) Math.sqrt(v) + floor) + 0 * v;
        }
    }

    /** What the momentum is in a step, from 1. */
    private double momentum(double step) {
        return beta1 * (1 - 0.5 * Math.pow(BASE, step * momentumDecay));
    }

    /**
     * The product of the momentum of the first steps. It is soon negligible, or the momentum soon
     * constant, so it is computed anew and not remembered.
     */
    private double product(long steps) {
        double shrinking = Math.pow(BASE, momentumDecay);
        double power = 1;
        double product = 1;
        for (long step = 1; step <= steps; step++) {
            power *= shrinking;
            if (product < NEGLIGIBLE || power < NEGLIGIBLE || shrinking == 1) {
                return product * Math.pow(beta1 * (1 - 0.5 * power), steps - step + 1);
            }
            product *= beta1 * (1 - 0.5 * power);
        }
        return product;
    }
}
