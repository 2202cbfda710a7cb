package org.evengrad.engine.data;

import org.evengrad.engine.random.KeyedRandom;

/**
 * Random draws for one purpose. The formulas are spelled out, so that they give the same numbers on
 * every JDK.
 */
final class Draws {
    private final KeyedRandom random;

    /**
     * Starts a sequence.
     *
     * @param seed of the run
     * @param purpose keeps sequences apart that share a seed
     * @param index the sequence within the purpose, for example an epoch
     */
    Draws(long seed, Purpose purpose, long index) {
        random = new KeyedRandom(seed, purpose.key, index);
    }

    /** A number from [0, 1), a multiple of 2^-53. */
    double uniform() {
        return (random.nextLong() >>> 11) * 0x1p-53;
    }

    /** A standard normal number, by the cosine branch of the Box-Muller transform. */
    double gaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
        return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
    }

    /** Puts the elements into a random order (Fisher and Yates), each order equally likely. */
    void shuffle(int[] elements) {
        for (int last = elements.length - 1; last > 0; last--) {
            int other = below(last + 1);
            int swapped = elements[last];
            elements[last] = elements[other];
            elements[other] = swapped;
        }
    }

    /** 32 random bits scaled to [0, bound); the bias is below bound / 2^32. */
    int below(int bound) {
        return (int) ((random.nextLong() >>> 32) * bound >>> 32);
    }

    /** What random numbers are for. The keys must not change: data sets and splits hang on them. */
    enum Purpose {
        /** Generated data sets. */
        GENERATION(0x67656E),
        /** Choosing rows for the parts. */
        SPLIT(0x73706C),
        /** The order of the training rows in an epoch. */
        ORDER(0x6F7264);

        private final long key;

        Purpose(long key) {
            this.key = key;
        }
    }
}
