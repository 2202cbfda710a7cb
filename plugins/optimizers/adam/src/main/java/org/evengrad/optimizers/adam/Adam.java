package org.evengrad.optimizers.adam;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Adam: w = w - rate * m' / (sqrt(v') + epsilon), where m' and v' are moving averages of the
 * gradient and of its square, corrected for their start at zero. Kingma and Ba, 2015, algorithm 1.
 *
 * @param learningRate the learning rate at a schedule factor of 1: about the size of a step of one
 *     parameter
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the mean of the squared gradient
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @since 0.1.0
 */
@Strategy(
        name = "adam",
        summary = "Step size of its own for each parameter, from means of gradient and square",
        formula =
                "m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; w -= rate * m"
                        + " / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)",
        useWhen = "as a first choice for almost any network: it needs little tuning",
        avoidWhen =
                "with a penalty on the weights: take AdamW, whose decay acts on all weights alike",
        reference = "https://arxiv.org/abs/1412.6980",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient", "slow-convergence"})
@AutoService(Optimizer.class)
public record Adam(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double beta2,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon)
        implements Optimizer {
    /** The paper's: learning rate 0.001, decays 0.9 and 0.999, epsilon 1e-8. */
    public Adam() {
        this(0.001, 0.9, 0.999, 1e-8);
    }

    /** The same with another learning rate. */
    public Adam withLearningRate(double learningRate) {
        return new Adam(learningRate, beta1, beta2, epsilon);
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
        // paper does at the end of its section 2; epsilon moves with them and so stays the same.
        double steps = at.updates() + 1.0;
        double rootCorrection = Math.sqrt(1 - Math.pow(beta2, steps));
        float stepSize = (float) (at.rate() * rootCorrection / (1 - Math.pow(beta1, steps)));
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
            mean[i] = m;
            meanSquare[i] = v;
            // 0 * v is NaN if the square overflowed: a weight must not stand still unnoticed.
            float before = parameters[i];
            float now = before - (stepSize * m / ((float) Math.sqrt(v) + floor) + 0 * v);
            parameters[i] = now;
            gradient[i] = before - now;
        }
    }
}
