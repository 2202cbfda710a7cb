package org.evengrad.initializers.variancescaling;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Fan;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws weights with variance scale / fan: the general form of LeCun's, Glorot's and He's
 * initialization. The name and the defaults are those of Keras. Biases are drawn like the weights
 * that feed their units.
 *
 * @param scale the variance times the fan
 * @param mode which fan counts
 * @param distribution what the weights are drawn from
 * @since 0.1.0
 */
@Strategy(
        name = "variance-scaling",
        summary = "Variance scale / fan, the general form of xavier, he and lecun",
        formula = "w ~ distribution(mean 0, variance scale / mode)",
        useWhen = "for an activation whose best scale is known but has no initializer of its own",
        avoidWhen = "where xavier, he or lecun says the same by name",
        reference = "https://keras.io/api/layers/initializers/#variancescaling-class",
        since = "0.1.0")
@AutoService(Initializer.class)
public record VarianceScaling(
        @Option(help = "Variance of the weights times the fan", range = "(0, inf)") double scale,
        @Option(help = "Which fan counts") Fan mode,
        @Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** Variance 1 / fan-in, truncated normal. */
    public VarianceScaling() {
        this(1, Fan.FAN_IN, Distribution.TRUNCATED_NORMAL);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        double deviation = Math.sqrt(scale / mode.of(tensor));
        distribution.fill(values, tensor.size(), deviation, random);
    }
}
