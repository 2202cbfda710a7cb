package org.evengrad.spi;

/**
 * A guard of one training run.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Guard extends Memory {
    /**
     * Looks at the gradient of one step and rules. Silence lets it pass. Must not allocate.
     *
     * @param gradient statistics of the mean gradient, after the guards before this one
     * @param at where training stands
     * @param ruling takes what the guard decides
     */
    void inspect(GradientStatistics gradient, StepContext at, Ruling ruling);

    /**
     * Rewrites one chunk of the gradient in place. Called for every chunk in the steps in which
     * {@link #inspect} asked for it, in parallel.
     *
     * @param chunk the gradient to rewrite, the parameters to read, and the guard's own slots
     * @param at where training stands
     */
    default void transform(Chunk chunk, StepContext at) {}
}
