package org.evengrad.engine.executor;

import java.nio.FloatBuffer;
import java.util.function.IntUnaryOperator;

/** Looks on while a pass goes through a network. What it is shown is good during the call. */
public interface PassObserver {
    /** A part of the network gave numbers. */
    void output(String part, Numbers numbers);

    /** The last part gave predictions, in the order of the targets. */
    void predictions(String part, Numbers numbers);

    /** The loss gave its gradient with respect to what it reads. */
    void lossGradient(String part, Numbers numbers);

    /** A part gave the gradient with respect to what it reads. */
    void inputGradient(String part, Numbers numbers);

    /**
     * Some numbers.
     *
     * @param buffer whose first elements they are
     * @param size how many
     * @param example the batch's row that a number belongs to, by its index; -1 if that is not
     *     known
     */
    record Numbers(FloatBuffer buffer, int size, IntUnaryOperator example) {}
}
