package org.evengrad.optimizers.adadelta;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * AdaDelta: d = g * sqrt(u + epsilon) / sqrt(s + epsilon), w = w - rate * d, where s and u are
 * moving averages of g^2 and of d^2. Zeiler, 2012, algorithm 1; epsilon stands inside of both roots
 * as there. The paper has no rate, so the default is 1; the average of d^2 is that of the steps
 * before the rate.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param decay the decay of the means of the squared gradient and of the squared step
 * @param epsilon added to both means; it decides how long the first steps are
 * @since 0.1.0
 */
@Strategy(
        name = "adadelta",
        summary = "Step sizes from earlier steps, without a learning rate to choose",
        formula =
                "s = decay * s + (1 - decay) * g^2; d = g * sqrt((u + epsilon) / (s + epsilon)); u"
                        + " = decay * u + (1 - decay) * d^2; w -= rate * d",
        useWhen = "where no learning rate can be searched for and time does not matter",
        avoidWhen =
                "where Adam works: it starts slowly, as its first steps are as small as epsilon"
                        + " lets them be",
        reference = "https://arxiv.org/abs/1212.5701",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record AdaDelta(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of both means of squares", range = "[0, 1)") double decay,
        @Option(
                        help = "Added to both means, which decides how long the first steps are",
                        range = "[1e-20, inf)")
                double epsilon)
        implements Optimizer {
    /** The paper's: decay 0.95, epsilon 1e-6; learning rate 1. */
    public AdaDelta() {
        this(1, 0.95, 1e-6);
    }

    /** The same with another learning rate. */
    public AdaDelta withLearningRate(double learningRate) {
        return new AdaDelta(learningRate, decay, epsilon);
    }

    /** Two: the means of the squared gradient and of the squared step. */
    @Override
    public int slots() {
        return 2;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] meanSquare = chunk.state(0);
        float[] meanStep = chunk.state(1);
        float rate = (float) at.rate();
        float kept = (float) decay;
        float added = (float) (1 - decay);
        float floor = (float) epsilon;
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float s = kept * meanSquare[i] + added * slope * slope;
            float u = meanStep[i];
            // 0 * s is NaN if the square overflowed: a weight must not stand still unnoticed.
            float step = slope * (float) Math.sqrt((u + floor) / (s + floor)) + 0 * s;
            meanSquare[i] = s;
            meanStep[i] = kept * u + added * step * step;
            parameters[i] -= rate * step;
        }
    }
}
