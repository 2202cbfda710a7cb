package org.evengrad.initializers.variancescaling;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws weights with variance scale / fan: the general form of LeCun's, Glorot's and He's
 * initialization. The name and the defaults are those of Keras.
 *
 * @param scale the variance times the fan
 * @param mode which fan counts
 * @param distribution what the weights are drawn from
 * @since 0.1.0
 */
@Strategy(
        name = "variance-scaling",
        summary = "Variance scale / fan, the general form of xavier, he and lecun",
        reference = "https://keras.io/api/layers/initializers/#variancescaling-class",
        since = "0.1.0")
@AutoService(Initializer.class)
public record VarianceScaling(
        @Option(help = "Variance of the weights times the fan", range = "(0, inf)") double scale,
        @Option(help = "Which fan counts") Mode mode,
        @Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** Variance 1 / fan-in, truncated normal. */
    public VarianceScaling() {
        this(1, Mode.FAN_IN, Distribution.TRUNCATED_NORMAL);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        double deviation = Math.sqrt(scale / mode.of(tensor));
        int size = tensor.size();
        for (int i = 0; i < size; i++) {
            values[i] = (float) (deviation * distribution.draw(random));
        }
    }

    /** Which fan counts. */
    public enum Mode {
        /** The inputs of a unit: keeps the forward signal level. */
        FAN_IN,
        /** The units that an input feeds: keeps the backward signal level. */
        FAN_OUT,
        /** The mean of both. */
        AVERAGE;

        double of(Tensor tensor) {
            return switch (this) {
                case FAN_IN -> tensor.fanIn();
                case FAN_OUT -> tensor.fanOut();
                case AVERAGE -> (tensor.fanIn() + (double) tensor.fanOut()) / 2;
            };
        }
    }

    /** A distribution with mean 0 and variance 1. */
    public enum Distribution {
        /** The normal distribution. */
        NORMAL {
            @Override
            double draw(RandomGenerator random) {
                return random.nextGaussian();
            }
        },
        /** The uniform distribution, which ends at the square root of 3. */
        UNIFORM {
            @Override
            double draw(RandomGenerator random) {
                return SQRT_3 * random.nextDouble(-1, 1);
            }
        },
        /** The normal distribution without what lies beyond two of its standard deviations. */
        TRUNCATED_NORMAL {
            @Override
            double draw(RandomGenerator random) {
                double value;
                do {
                    value = random.nextGaussian();
                } while (Math.abs(value) > 2);
                return value / TRUNCATED_DEVIATION;
            }
        };

        private static final double SQRT_3 = Math.sqrt(3);

        /**
         * The standard deviation that is left of 1 after cutting at 2: sqrt(1 - 4 p(2) / (2 P(2) -
         * 1)) with the normal density p and distribution function P.
         */
        private static final double TRUNCATED_DEVIATION = 0.8796256610342398;

        abstract double draw(RandomGenerator random);
    }
}
