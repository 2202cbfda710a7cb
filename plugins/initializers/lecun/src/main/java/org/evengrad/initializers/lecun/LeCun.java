package org.evengrad.initializers.lecun;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws weights with variance 1 / fan-in, which keeps the forward signal level of linear units.
 * Made for tanh scaled to keep variance 1; what SELU asks for. LeCun, Bottou, Orr and Mueller,
 * 1998, section 4.6.
 *
 * @param distribution what the weights are drawn from
 * @since 0.1.0
 */
@Strategy(
        name = "lecun",
        summary = "Variance 1 / fan-in, for linear units and SELU",
        reference = "https://doi.org/10.1007/3-540-49430-8_2",
        since = "0.1.0")
@AutoService(Initializer.class)
public record LeCun(@Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** Normal. */
    public LeCun() {
        this(Distribution.NORMAL);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        double deviation = Math.sqrt(1.0 / tensor.fanIn());
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
