package org.evengrad.optimizers.adabelief;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * AdaBelief: Adam with the mean of (g - m)^2 in place of that of g^2, so that steps are long where
 * gradients are as expected. Zhuang et al., 2020, algorithm 2: s = beta2 * s + (1 - beta2) * (g -
 * m)^2 + epsilon, and epsilon once more outside of the root. The authors' code rectifies as RAdam
 * does by default; the paper's algorithm and this one do not.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the mean of the squared surprise, g - m
 * @param epsilon added to the mean in each step, and to its root
 * @since 0.1.0
 */
@Strategy(
        name = "adabelief",
        summary = "Adam that takes long steps where gradients are as expected",
        formula =
                "m = beta1 * m + (1 - beta1) * g; s = beta2 * s + (1 - beta2) * (g - m)^2 +"
                        + " epsilon; w -= rate * m / (1 - beta1^t) / (sqrt(s / (1 - beta2^t)) +"
                        + " epsilon)",
        useWhen = "for networks that SGD trains better than Adam, and for GANs",
        avoidWhen =
                "where a sequence of equal gradients is a sign of trouble: its steps grow very long"
                        + " then",
        reference = "https://arxiv.org/abs/2010.07468",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record AdaBelief(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the mean of the squared surprise", range = "[0, 1)") double beta2,
        @Option(
                        help =
                                "Added to the mean in each step and to its root: 1e-16 acts like"
                                        + " Adam with 1e-8",
                        range = "[1e-20, inf)")
                double epsilon)
        implements Optimizer {
    /** The authors': learning rate 0.001, decays 0.9 and 0.999, epsilon 1e-16. */
    public AdaBelief() {
        this(0.001, 0.9, 0.999, 1e-16);
    }

    /** The same with another learning rate. */
    public AdaBelief withLearningRate(double learningRate) {
        return new AdaBelief(learningRate, beta1, beta2, epsilon);
    }

    /** Two: the mean of the gradient and that of the squared surprise. */
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
        float added = (float) epsilon;
        float keptMean = (float) beta1;
        float newMean = (float) (1 - beta1);
        float keptSquare = (float) beta2;
        float newSquare = (float) (1 - beta2);
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(0);
        float[] meanSurprise = chunk.state(1);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float m = keptMean * mean[i] + newMean * slope;
            // This way round, or the JIT of Java 17 does not vectorize the loop.
            float surprise = m - slope;
            float s = keptSquare * meanSurprise[i] + newSquare * surprise * surprise + added;
            mean[i] = m;
            meanSurprise[i] = s;
            // 0 * s is NaN if the square overflowed: a weight must not stand still unnoticed.
            parameters[i] -= stepSize * m / ((float) Math.sqrt(s) + floor) + 0 * s;
        }
    }
}
