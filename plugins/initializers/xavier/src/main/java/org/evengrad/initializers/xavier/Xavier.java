package org.evengrad.initializers.xavier;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws weights with variance 2 / (fan-in + fan-out), a compromise that keeps both the forward and
 * the backward signal level where the activation's slope is 1. Made for tanh; also known as Glorot
 * initialization. Glorot and Bengio, 2010, equation 16.
 *
 * @param distribution what the weights are drawn from; the paper's is uniform
 * @since 0.1.0
 */
@Strategy(
        name = "xavier",
        summary = "Variance 2 / (fan-in + fan-out), for tanh and other activations of slope 1 at 0",
        reference = "https://proceedings.mlr.press/v9/glorot10a.html",
        since = "0.1.0")
@AutoService(Initializer.class)
public record Xavier(@Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** The paper's form: uniform. */
    public Xavier() {
        this(Distribution.UNIFORM);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        double deviation = Math.sqrt(2.0 / (tensor.fanIn() + (double) tensor.fanOut()));
        int size = tensor.size();
        for (int i = 0; i < size; i++) {
            values[i] = (float) (deviation * distribution.draw(random));
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
