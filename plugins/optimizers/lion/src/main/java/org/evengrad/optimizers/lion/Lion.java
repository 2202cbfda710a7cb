package org.evengrad.optimizers.lion;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Lion: every weight moves by the rate, w = w - rate * (sign(beta1 * m + (1 - beta1) * g) +
 * weightDecay * w), and then m = beta2 * m + (1 - beta2) * g. Chen et al., 2023, algorithm 2. Of an
 * infinite gradient only the sign counts, for good: it stays in the momentum.
 *
 * @param learningRate the learning rate at a schedule factor of 1: the size of a step of one
 *     parameter
 * @param beta1 the share of the momentum in the direction of a step
 * @param beta2 the decay of the momentum
 * @param weightDecay the share of a weight that is dropped per step and unit of rate; biases and
 *     normalization do not decay
 * @since 0.1.0
 */
@Strategy(
        name = "lion",
        summary = "Moves every weight by the rate, in the direction of a momentum",
        formula =
                "w -= rate * (sign(beta1 * m + (1 - beta1) * g) + weight-decay * w); m = beta2 * m"
                        + " + (1 - beta2) * g",
        useWhen =
                "for transformers and large batches: half of the memory of Adam; take a rate 3 to"
                        + " 10 times smaller and a decay 3 to 10 times larger than for AdamW",
        avoidWhen =
                "for small batches, and without a schedule that ends at a small rate: its steps"
                        + " never get shorter by themselves",
        reference = "https://arxiv.org/abs/2302.06675",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Lion(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Share of the momentum in the direction of a step", range = "[0, 1)")
                double beta1,
        @Option(help = "Decay of the momentum", range = "[0, 1)") double beta2,
        @Option(help = "Share of a weight dropped per step and unit of rate", range = "[0, inf)")
                double weightDecay)
        implements Optimizer {
    /** Times this twice, any float but zero is larger than 1. */
    private static final float HUGE = 1e30f;

    /** The authors': learning rate 0.0001, decays 0.9 and 0.99, no weight decay. */
    public Lion() {
        this(1e-4, 0.9, 0.99, 0);
    }

    /** The same with another learning rate. */
    public Lion withLearningRate(double learningRate) {
        return new Lion(learningRate, beta1, beta2, weightDecay);
    }

    /** One: the momentum. */
    @Override
    public int slots() {
        return 1;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        double decay = chunk.tensor().role().decays() ? weightDecay : 0;
        float kept = (float) (1 - at.rate() * decay);
        float rate = (float) at.rate();
        float momentumShare = (float) beta1;
        float gradientShare = (float) (1 - beta1);
        float keptMomentum = (float) beta2;
        float newMomentum = (float) (1 - beta2);
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] momentum = chunk.state(0);
        int size = chunk.size();
        // Two loops, because the JIT vectorizes no loop that writes both and holds a min and a max.
        for (int i = 0; i < size; i++) {
            float direction = momentumShare * momentum[i] + gradientShare * gradient[i];
            // Math.signum is not vectorized.
            float sign = Math.min(1, Math.max(-1, direction * HUGE * HUGE));
            parameters[i] = kept * parameters[i] - rate * sign;
        }
        for (int i = 0; i < size; i++) {
            momentum[i] = keptMomentum * momentum[i] + newMomentum * gradient[i];
        }
    }
}
