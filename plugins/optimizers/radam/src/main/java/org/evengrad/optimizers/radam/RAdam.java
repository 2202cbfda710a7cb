package org.evengrad.optimizers.radam;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Rectified Adam: Adam whose step is scaled by r(t) as long as few gradients make the mean of
 * squares uncertain, and gradient descent with momentum, w = w - rate * m', while they are too few
 * to tell. Liu et al., 2020, algorithm 2: with rho = 2 / (1 - beta2) - 1 and rho(t) = rho - 2 * t *
 * beta2^t / (1 - beta2^t), r(t) = sqrt((rho(t) - 4) * (rho(t) - 2) * rho / ((rho - 4) * (rho - 2) *
 * rho(t))). The paper rectifies from rho(t) above 4 on; its authors' code and PyTorch from 5 on, as
 * done here.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the mean of the squared gradient
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @since 0.1.0
 */
@Strategy(
        name = "radam",
        summary = "Adam that warms up by itself",
        formula =
                "m' and v' as in Adam; rho = 2 / (1 - beta2) - 1; rho(t) = rho - 2 * t * beta2^t /"
                    + " (1 - beta2^t); w -= rate * m' / (sqrt(v') + epsilon) * sqrt((rho(t) - 4) *"
                    + " (rho(t) - 2) * rho / ((rho - 4) * (rho - 2) * rho(t))) if rho(t) > 5, else"
                    + " w -= rate * m'",
        useWhen = "in place of Adam with a warmup: it needs none",
        avoidWhen = "with a warmup of its own: the two add up",
        reference = "https://arxiv.org/abs/1908.03265",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient", "slow-convergence"})
@AutoService(Optimizer.class)
public record RAdam(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double beta2,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon)
        implements Optimizer {
    /** From this many effective gradients on the mean of squares is used. */
    private static final double CERTAIN = 5;

    /** Learning rate 0.001, decays 0.9 and 0.999, epsilon 1e-8. */
    public RAdam() {
        this(0.001, 0.9, 0.999, 1e-8);
    }

    /** The same with another learning rate. */
    public RAdam withLearningRate(double learningRate) {
        return new RAdam(learningRate, beta1, beta2, epsilon);
    }

    /** Two: the means of the gradient and of its square. */
    @Override
    public int slots() {
        return 2;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        double steps = at.updates() + 1.0;
        double forgotten = Math.pow(beta2, steps);
        double rate = at.rate() / (1 - Math.pow(beta1, steps));
        double most = 2 / (1 - beta2) - 1;
        double now = most - 2 * steps * forgotten / (1 - forgotten);
        if (now <= CERTAIN) {
            descend(chunk, (float) rate);
            return;
        }
        double rectified =
                Math.sqrt((now - 4) * (now - 2) * most / ((most - 4) * (most - 2) * now));
        double rootCorrection = Math.sqrt(1 - forgotten);
        float stepSize = (float) (rate * rectified * rootCorrection);
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
            parameters[i] -= stepSize * m / ((float) Math.sqrt(v) + floor) + 0 * v;
        }
    }

    private void descend(Chunk chunk, float rate) {
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
            mean[i] = m;
            meanSquare[i] = keptSquare * meanSquare[i] + newSquare * slope * slope;
            parameters[i] -= rate * m;
        }
    }
}
