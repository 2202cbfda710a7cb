package org.evengrad.optimizers.rmsprop;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * RMSProp: s = decay * s + (1 - decay) * g^2, w = w - rate * g / (sqrt(s) + epsilon). Tieleman and
 * Hinton, 2012, lecture 6e, slide 29, which has no epsilon; it stands outside of the root here, as
 * in Adam, and inside in TensorFlow.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param decay the decay of the mean of the squared gradient
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @since 0.1.0
 */
@Strategy(
        name = "rmsprop",
        summary = "Step size of its own for each parameter, from a mean of squares",
        formula = "s = decay * s + (1 - decay) * g^2; w -= rate * g / (sqrt(s) + epsilon)",
        useWhen =
                "for recurrent networks and reinforcement learning, and where Adam has too much"
                        + " memory",
        avoidWhen =
                "at the start of training without a warmup: the mean of squares starts at zero, so"
                        + " the first steps are long",
        reference = "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient", "slow-convergence"})
@AutoService(Optimizer.class)
public record RmsProp(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double decay,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon)
        implements Optimizer {
    /** Learning rate 0.001, the decay of the lecture, 0.9, and epsilon 1e-8. */
    public RmsProp() {
        this(0.001, 0.9, 1e-8);
    }

    /** The same with another learning rate. */
    public RmsProp withLearningRate(double learningRate) {
        return new RmsProp(learningRate, decay, epsilon);
    }

    /** One: the mean of the squared gradient. */
    @Override
    public int slots() {
        return 1;
    }

    @Override
    public boolean leavesChange() {
        return true;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] meanSquare = chunk.state(0);
        float rate = (float) at.rate();
        float kept = (float) decay;
        float added = (float) (1 - decay);
        float floor = (float) epsilon;
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float s = kept * meanSquare[i] + added * slope * slope;
            meanSquare[i] = s;
            // 0 * s is NaN if the square overflowed: a weight must not stand still unnoticed.
            float before = parameters[i];
            float now = before - (rate * slope / ((float) Math.sqrt(s) + floor) + 0 * s);
            parameters[i] = now;
            gradient[i] = before - now;
        }
    }
}
