package org.evengrad.initializers.randomnormal;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws weights from one normal distribution, whatever the size of the layer: the baseline that
 * shows why the scale should depend on the fans. The defaults are those of Keras. Biases are drawn
 * like weights.
 *
 * @param mean the mean
 * @param standardDeviation the standard deviation
 * @since 0.1.0
 */
@Strategy(
        name = "random-normal",
        summary = "Normal with a fixed standard deviation, whatever the size of the layer",
        formula = "w ~ normal(mean, standard-deviation^2)",
        useWhen = "for embeddings and for output layers that should begin small",
        avoidWhen = "for stacks of more than three layers, because the scale ignores their width",
        reference = "https://keras.io/api/layers/initializers/#randomnormal-class",
        since = "0.1.0")
@AutoService(Initializer.class)
public record RandomNormal(
        @Option(help = "Mean") double mean,
        @Option(help = "Standard deviation", range = "[0, inf)") double standardDeviation)
        implements Initializer {
    /** Mean 0 and standard deviation 0.05. */
    public RandomNormal() {
        this(0, 0.05);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        int size = tensor.size();
        for (int i = 0; i < size; i++) {
            values[i] = (float) (mean + standardDeviation * random.nextGaussian());
        }
    }
}
