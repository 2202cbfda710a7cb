package org.evengrad.testkit;

/**
 * What an optimizer is to make small, on one batch, in double precision. Arrays hold one row for
 * each tensor.
 *
 * @since 0.1.0
 */
public interface Objective {
    /** The loss at given parameters, which stay as they are. */
    double loss(double[][] parameters);

    /** The gradient at given parameters, which stay as they are, in arrays of its own. */
    double[][] gradient(double[][] parameters);

    /**
     * The gradient with targets drawn from the prediction, for estimates of curvature. Where
     * nothing is drawn it is the gradient.
     */
    default double[][] sampledGradient(double[][] parameters) {
        return gradient(parameters);
    }
}
