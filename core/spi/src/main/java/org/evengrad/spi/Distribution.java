package org.evengrad.spi;

import java.util.random.RandomGenerator;

/**
 * A distribution with mean 0 and variance 1, for initializers that let the user choose one.
 *
 * @since 0.1.0
 */
public enum Distribution {
    /** The normal distribution. */
    NORMAL {
        @Override
        public double draw(RandomGenerator random) {
            return random.nextGaussian();
        }
    },
    /** The uniform distribution, which ends at the square root of 3. */
    UNIFORM {
        @Override
        public double draw(RandomGenerator random) {
            return SQRT_3 * random.nextDouble(-1, 1);
        }
    },
    /** The normal distribution without what lies beyond two of its standard deviations. */
    TRUNCATED_NORMAL {
        @Override
        public double draw(RandomGenerator random) {
            double value;
            do {
                value = random.nextGaussian();
            } while (Math.abs(value) > 2);
            return value / TRUNCATED_DEVIATION;
        }
    };

    private static final double SQRT_3 = Math.sqrt(3);

    /**
     * The standard deviation that is left of 1 after cutting at 2: sqrt(1 - 4 p(2) / (2 P(2) - 1))
     * with the normal density p and distribution function P.
     */
    private static final double TRUNCATED_DEVIATION = 0.8796256610342398;

    /** One number. */
    public abstract double draw(RandomGenerator random);

    /**
     * Fills an array with draws that are scaled to a standard deviation.
     *
     * @param values receives the draws
     * @param size how many elements to write
     * @param deviation their standard deviation
     */
    public void fill(float[] values, int size, double deviation, RandomGenerator random) {
        for (int i = 0; i < size; i++) {
            values[i] = (float) (deviation * draw(random));
        }
    }
}
