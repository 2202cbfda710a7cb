package org.evengrad.spi;

import java.util.random.RandomGenerator;

/**
 * Gives weights their first values.
 *
 * @since 0.1.0
 */
public interface Initializer {
    /**
     * Writes the first values of one tensor.
     *
     * @param values the {@link Tensor#size()} elements to write, unit by unit
     * @param tensor what is filled; its fans, shape and place in the network
     * @param random random numbers that depend on the seed and on the tensor alone
     * @param algebra matrix products
     */
    void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra);

    /**
     * Adjusts what was filled, after all tensors are, by looking at what the network does with
     * data.
     *
     * @param probe reads and writes tensors, and runs the network on training batches
     */
    default void refine(Probe probe) {}
}
