package org.evengrad.spi;

/**
 * Numbers about the mean gradient of one step, tensor by tensor, gathered in one pass.
 *
 * @since 0.1.0
 */
public interface GradientStatistics {
    /** The sum of the squared elements of a tensor's gradient. NaN or infinite if an element is. */
    double sumOfSquares(int tensor);

    /** The largest magnitude in a tensor's gradient; 0 if it has no finite element. */
    double largest(int tensor);

    /** How many elements of a tensor's gradient are exactly zero. */
    long zeros(int tensor);

    /** How many elements of a tensor's gradient are NaN or infinite. */
    long nonFinite(int tensor);

    /** The sum of the squared parameters of a tensor, before the step. */
    double parameterSumOfSquares(int tensor);

    /** The L2 norm of the whole gradient. NaN or infinite if an element is. */
    double globalNorm();
}
