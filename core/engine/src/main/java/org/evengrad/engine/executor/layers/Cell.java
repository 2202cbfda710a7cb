package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;

/**
 * What a recurrent layer does at a time step to the rows of a shard, apart from the matrix
 * products. Each shard has one of its own, which keeps what the way back needs.
 *
 * <p>All arrays are {@code [rows][units]}, from index 0, so that the JIT vectorizes the loops.
 */
interface Cell {
    /**
     * Makes room for a walk over a sequence. Allocates only for a larger one than all before.
     *
     * @param biases one behind the other from some index on
     */
    void begin(int steps, int rows, FloatBuffer biases, int atBiases);

    /** How many arrays the state consists of; the first of them is what the layer gives. */
    int states();

    /** An array of the state behind so many steps. */
    float[] state(int which, int steps);

    /**
     * Computes the state behind a step.
     *
     * @param own what the products give, for each row one part behind the other; without biases
     * @param recurrent the same of the product with the state, if that is not yet in {@code own}
     */
    void forward(int step, FloatBuffer own, int atOwn, FloatBuffer recurrent, int atRecurrent);

    /**
     * The error that goes to the step before without a matrix product; empty if none does. Zeros
     * before the last step's way back.
     */
    float[] carried();

    /**
     * Computes the errors of what {@link #forward} was given, and what is carried.
     *
     * @param error of the state behind the step; may be overwritten
     */
    void backward(
            int step,
            float[] error,
            FloatBuffer own,
            int atOwn,
            FloatBuffer recurrent,
            int atRecurrent);
}
