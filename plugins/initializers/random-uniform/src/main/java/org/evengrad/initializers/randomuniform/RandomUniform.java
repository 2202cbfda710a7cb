package org.evengrad.initializers.randomuniform;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws weights evenly from one interval, whatever the size of the layer. The defaults are those of
 * Keras. Biases are drawn like weights.
 *
 * @param low the lower end
 * @param high the upper end
 * @since 0.1.0
 */
@Strategy(
        name = "random-uniform",
        summary = "Uniform in a fixed interval, whatever the size of the layer",
        formula = "w ~ uniform(low, high)",
        useWhen = "for embeddings, and to repeat an older experiment",
        avoidWhen = "for stacks of more than three layers, because the scale ignores their width",
        reference = "https://keras.io/api/layers/initializers/#randomuniform-class",
        since = "0.1.0")
@AutoService(Initializer.class)
public record RandomUniform(
        @Option(help = "Lower end of the interval") double low,
        @Option(help = "Upper end of the interval") double high)
        implements Initializer {
    /**
     * Checks that the ends are in order.
     *
     * @throws IllegalArgumentException if the upper end is not above the lower
     */
    public RandomUniform {
        if (!(low < high)) {
            throw new IllegalArgumentException(
                    "high must be above low, but low is " + low + " and high is " + high);
        }
    }

    /** From -0.05 to 0.05. */
    public RandomUniform() {
        this(-0.05, 0.05);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        int size = tensor.size();
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextDouble(low, high);
        }
    }
}
