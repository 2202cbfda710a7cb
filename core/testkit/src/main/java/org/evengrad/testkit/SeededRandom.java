package org.evengrad.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random numbers that repeat.
 *
 * @since 0.1.0
 */
public final class SeededRandom {
    private SeededRandom() {}

    /** A generator that always gives the same sequence for the same seed. */
    public static RandomGenerator of(long seed) {
        return new SplittableRandom(seed);
    }

    /** An array of normal random numbers with mean 0. */
    public static float[] normal(long seed, int size, double standardDeviation) {
        RandomGenerator random = of(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (standardDeviation * random.nextGaussian());
        }
        return values;
    }

    /**
     * An array of numbers of either sign whose magnitudes spread evenly over powers of ten, so that
     * a test sees small values as well as large ones.
     */
    public static float[] spread(long seed, int size, double lowExponent, double highExponent) {
        RandomGenerator random = of(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            double magnitude = Math.pow(10, random.nextDouble(lowExponent, highExponent));
            values[i] = (float) (random.nextBoolean() ? magnitude : -magnitude);
        }
        return values;
    }
}
