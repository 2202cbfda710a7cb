package org.evengrad.testkit;

/**
 * The rule of an optimizer for one tensor, in double precision, with its memory.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TensorRule {
    /**
     * Takes a step.
     *
     * @param parameters changed in place
     * @param gradient the mean gradient
     * @param rate the learning rate of this step
     * @param step 1 in the first step
     */
    void update(double[] parameters, double[] gradient, double rate, long step);
}
