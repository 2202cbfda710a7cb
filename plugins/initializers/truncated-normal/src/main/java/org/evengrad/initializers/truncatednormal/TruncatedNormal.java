package org.evengrad.initializers.truncatednormal;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws from one normal distribution, and again whatever lies more than two standard deviations
 * from the mean, so that no weight begins far out. Meaning and defaults of the options are those of
 * Keras: the standard deviation is that before the cut; after it, 0.88 of it is left. Biases are
 * drawn like weights.
 *
 * @param mean the mean
 * @param standardDeviation the standard deviation before the cut
 * @since 0.1.0
 */
@Strategy(
        name = "truncated-normal",
        summary = "Normal without its tails, with a fixed standard deviation",
        formula =
                "w ~ normal(mean, standard-deviation^2), drawn again while"
                        + " abs(w - mean) > 2 * standard-deviation",
        useWhen = "for embeddings and transformers that ask for a deviation of 0.02",
        avoidWhen = "for stacks of more than three layers, because the scale ignores their width",
        reference = "https://keras.io/api/layers/initializers/#truncatednormal-class",
        since = "0.1.0")
@AutoService(Initializer.class)
public record TruncatedNormal(
        @Option(help = "Mean") double mean,
        @Option(help = "Standard deviation before the cut", range = "[0, inf)")
                double standardDeviation)
        implements Initializer {
    private static final double CUT = 2;

    /** Mean 0 and standard deviation 0.05. */
    public TruncatedNormal() {
        this(0, 0.05);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        int size = tensor.size();
        for (int i = 0; i < size; i++) {
            double draw;
            do {
                draw = random.nextGaussian();
            } while (Math.abs(draw) > CUT);
            values[i] = (float) (mean + standardDeviation * draw);
        }
    }
}
