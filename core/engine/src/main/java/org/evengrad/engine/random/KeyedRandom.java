package org.evengrad.engine.random;

import java.util.random.RandomGenerator;

/**
 * Random numbers that depend on a key alone, so that a result depends neither on threads nor on
 * what was drawn before.
 *
 * <p>SplitMix64 (Steele, Lea and Flood, <a href="https://doi.org/10.1145/2660193.2660195">Fast
 * splittable pseudorandom number generators</a>, 2014). The object can be given a new key, so that
 * a step need not allocate one.
 */
public final class KeyedRandom implements RandomGenerator {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /**
     * A generator for a key.
     *
     * @param key what the numbers depend on, for example seed, purpose, index; the order counts
     */
    public KeyedRandom(long... key) {
        state = 0;
        for (long part : key) {
            state = mix(state + GOLDEN_GAMMA ^ mix(part + GOLDEN_GAMMA));
        }
    }

    /** Starts the sequence of another key. */
    public void key(long first, long second, long third, long fourth) {
        state = 0;
        state = mix(state + GOLDEN_GAMMA ^ mix(first + GOLDEN_GAMMA));
        state = mix(state + GOLDEN_GAMMA ^ mix(second + GOLDEN_GAMMA));
        state = mix(state + GOLDEN_GAMMA ^ mix(third + GOLDEN_GAMMA));
        state = mix(state + GOLDEN_GAMMA ^ mix(fourth + GOLDEN_GAMMA));
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
