package org.evengrad.engine.data.images;

import org.evengrad.engine.random.KeyedRandom;

/**
 * Random draws that depend on the seed, the purpose, the epoch and the row alone. The formulas are
 * spelled out, so that they give the same numbers on every JDK. Allocates nothing after
 * construction.
 */
final class RowDraws {
    private final KeyedRandom random = new KeyedRandom();
    private final long seed;
    private double spare;
    private boolean hasSpare;

    RowDraws(long seed) {
        this.seed = seed;
    }

    /** Starts the sequence of a row. */
    void begin(Purpose purpose, long epoch, int row) {
        random.key(seed, purpose.key, epoch, row);
        hasSpare = false;
    }

    /** A number from [0, 1), a multiple of 2^-53. */
    double uniform() {
        return (random.nextLong() >>> 11) * 0x1p-53;
    }

    /** A whole number from 0 to {@code bound - 1}; the bias is below bound / 2^32. */
    int below(int bound) {
        return (int) ((random.nextLong() >>> 32) * bound >>> 32);
    }

    /** A standard normal number, by Marsaglia's polar method. */
    double gaussian() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        double x;
        double y;
        double square;
        do {
            x = 2 * uniform() - 1;
            y = 2 * uniform() - 1;
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        double factor = Math.sqrt(-2 * StrictMath.log(square) / square);
        spare = y * factor;
        hasSpare = true;
        return x * factor;
    }

    /**
     * A number from Beta(alpha, alpha): the share of one of two Gamma(alpha) numbers in their sum.
     * Works with logarithms, because for a small alpha the numbers themselves vanish.
     */
    double beta(double alpha) {
        double first = logGamma(alpha);
        double second = logGamma(alpha);
        return 1 / (1 + StrictMath.exp(second - first));
    }

    /**
     * The logarithm of a number from Gamma(shape, 1), by Marsaglia and Tsang, A simple method for
     * generating gamma variables (2000), and their way to come from {@code shape + 1} to {@code
     * shape}.
     */
    private double logGamma(double shape) {
        double d = shape + 1 - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double normal = gaussian();
            double root = 1 + c * normal;
            if (root <= 0) {
                continue;
            }
            double cube = root * root * root;
            double bound = normal * normal / 2 + d - d * cube + d * StrictMath.log(cube);
            if (StrictMath.log(1 - uniform()) < bound) {
                return StrictMath.log(d * cube) + StrictMath.log(1 - uniform()) / shape;
            }
        }
    }

    /** What numbers are for, so that one kind of variation leaves the others as they are. */
    enum Purpose {
        /** Where the window is cut. */
        CROP(0x61_63),
        /** Whether the image is mirrored. */
        FLIP(0x61_66),
        /** The angle. */
        ROTATE(0x61_72),
        /** What is added to each value. */
        NOISE(0x61_6E),
        /** How much of the row stays in a mixture. */
        SHARE(0x61_73),
        /** With which row it is mixed. */
        PARTNER(0x61_70);

        private final long key;

        Purpose(long key) {
            this.key = key;
        }
    }
}
