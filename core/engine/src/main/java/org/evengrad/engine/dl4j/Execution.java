package org.evengrad.engine.dl4j;

import org.evengrad.engine.executor.PassObserver;
import org.evengrad.engine.network.PhaseTimes;

/** A way to compute what a model gives, and its gradient. */
interface Execution {
    /**
     * Computes the gradient in training mode, as the sum over the terms of the loss.
     *
     * @return the mean loss over the batch's terms, without penalties
     */
    double gradient(ArrayBatch batch);

    /**
     * Computes the gradient that {@link #gradient} gave last once more, with the same draws, and
     * shows what arises on the way.
     *
     * @return the same as {@link #gradient}
     */
    double trace(ArrayBatch batch, PassObserver observer);

    /** The mean loss in training mode; the gradient stays as it is. */
    double trainingLoss(ArrayBatch batch);

    /** The mean loss in evaluation mode. */
    double evaluationLoss(ArrayBatch batch);

    /** What the first output gives in evaluation mode, row by row. */
    void predict(ArrayBatch batch, float[] predictions);

    /** The sums of squares of the gradient, tensor by tensor. */
    void gradientSquares(double[] sumOfSquares);

    /** Adds how long the parts of the last gradient took, as far as it tells them apart. */
    default void addPhases(PhaseTimes times) {}

    /** Sets what is drawn from in the next passes in training mode. */
    void drawFrom(long seed);

    /** Gives native memory back. */
    void close();
}
