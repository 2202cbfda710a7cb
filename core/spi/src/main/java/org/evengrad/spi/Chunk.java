package org.evengrad.spi;

import java.util.random.RandomGenerator;

/**
 * One piece of a tensor: its parameters, its gradient and what a strategy remembers about it.
 *
 * <p>The object is reused; it and its arrays are valid only during the call that received it. In
 * every array the elements {@code 0} to {@code size() - 1} count, and an array may be longer.
 * Elements lie unit by unit ({@link Tensor#shape()}).
 *
 * @since 0.1.0
 */
public interface Chunk {
    /** The tensor that this is a piece of. */
    Tensor tensor();

    /** The index within the tensor of this chunk's first element. */
    int start();

    /** How many elements count. */
    int size();

    /** The parameters; an optimizer writes the new ones here. */
    float[] parameters();

    /**
     * The mean gradient; a guard that transforms writes the new one here, and an optimizer the
     * change of the parameters if it says so ({@link Optimizer#leavesChange}).
     */
    float[] gradient();

    /**
     * What the strategy remembers, one float for each parameter.
     *
     * @param slot from 0 to the strategy's {@code slots() - 1}
     * @throws IndexOutOfBoundsException if the strategy asked for no such slot
     */
    float[] state(int slot);

    /**
     * Random numbers that depend on the seed, the step, the tensor and {@code start() / 4096}
     * alone, so that a result depends neither on threads nor on the order of chunks. Each call
     * starts the same sequence again.
     */
    RandomGenerator random();

    /** Matrix products, for strategies whose grain is a whole tensor. */
    Algebra algebra();
}
