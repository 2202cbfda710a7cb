package org.evengrad.optimizers.amsgrad;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * AMSGrad: w = w - rate * m / (sqrt(u) + epsilon), where m and v are Adam's averages and u is the
 * largest v so far, so that steps never grow again. Reddi, Kale and Kumar, 2018, algorithm 2, which
 * corrects neither average for its start at zero and has no epsilon; PyTorch corrects both, after
 * taking the largest.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the mean of the squared gradient
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @since 0.1.0
 */
@Strategy(
        name = "amsgrad",
        summary = "Adam whose step sizes never grow again",
        formula =
                "m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; u = max(u, v);"
                        + " w -= rate * m / (sqrt(u) + epsilon)",
        useWhen = "where Adam does not settle because rare large gradients are forgotten too soon",
        avoidWhen = "where single spikes of the gradient occur: one makes all later steps short",
        reference = "https://arxiv.org/abs/1904.09237",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient", "slow-convergence"})
@AutoService(Optimizer.class)
public record AmsGrad(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double beta2,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon)
        implements Optimizer {
    /** Adam's: learning rate 0.001, decays 0.9 and 0.999, epsilon 1e-8. */
    public AmsGrad() {
        this(0.001, 0.9, 0.999, 1e-8);
    }

    /** The same with another learning rate. */
    public AmsGrad withLearningRate(double learningRate) {
        return new AmsGrad(learningRate, beta1, beta2, epsilon);
    }

    /** Three: the means of the gradient and of its square, and the largest of the latter. */
    @Override
    public int slots() {
        return 3;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        float rate = (float) at.rate();
        float floor = (float) epsilon;
        float keptMean = (float) beta1;
        float newMean = (float) (1 - beta1);
        float keptSquare = (float) beta2;
        float newSquare = (float) (1 - beta2);
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(0);
        float[] meanSquare = chunk.state(1);
        float[] largest = chunk.state(2);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float m = keptMean * mean[i] + newMean * slope;
            float v = keptSquare * meanSquare[i] + newSquare * slope * slope;
            float u = Math.max(largest[i], v);
            mean[i] = m;
            meanSquare[i] = v;
            largest[i] = u;
            // 0 * u is NaN if the square overflowed: a weight must not stand still unnoticed.
            parameters[i] -= rate * m / ((float) Math.sqrt(u) + floor) + 0 * u;
        }
    }
}
