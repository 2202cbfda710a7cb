package org.evengrad.optimizers.adagrad;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * AdaGrad: s = s + g^2, w = w - rate * g / (sqrt(s) + epsilon). Duchi, Hazan and Singer, 2011,
 * figure 1 with diagonal matrices, where epsilon is called delta. The sum never shrinks, so steps
 * only get shorter.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @since 0.1.0
 */
@Strategy(
        name = "adagrad",
        summary = "Step size of its own for each parameter that only shrinks",
        formula = "s += g^2; w -= rate * g / (sqrt(s) + epsilon)",
        useWhen = "for sparse features and embeddings, where rare inputs need long steps",
        avoidWhen = "for long training of deep networks: its steps die out",
        reference = "https://jmlr.org/papers/v12/duchi11a.html",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record AdaGrad(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon)
        implements Optimizer {
    /** Learning rate 0.01, epsilon 1e-8. */
    public AdaGrad() {
        this(0.01, 1e-8);
    }

    /** The same with another learning rate. */
    public AdaGrad withLearningRate(double learningRate) {
        return new AdaGrad(learningRate, epsilon);
    }

    /** One: the sum of the squared gradients. */
    @Override
    public int slots() {
        return 1;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] sum = chunk.state(0);
        float rate = (float) at.rate();
        float floor = (float) epsilon;
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float s = sum[i] + slope * slope;
            sum[i] = s;
            // 0 * s is NaN if the square overflowed: a weight must not stand still unnoticed.
            parameters[i] -= rate * slope / ((float) Math.sqrt(s) + floor) + 0 * s;
        }
    }
}
