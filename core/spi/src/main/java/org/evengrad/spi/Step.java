package org.evengrad.spi;

/**
 * One step as an {@link Optimizer} sees it, entered after the gradient, the guards and the rate.
 * The object is reused and valid only during {@link Optimizer#step}.
 *
 * @since 0.1.0
 */
public interface Step {
    /** Where training stands. */
    StepContext at();

    /**
     * Reads what the optimizer remembers for the whole model.
     *
     * @param index from 0 to {@link Optimizer#scalars()} - 1
     * @throws IndexOutOfBoundsException if the optimizer asked for no such scalar
     */
    double scalar(int index);

    /**
     * Remembers a number for the whole model.
     *
     * @param index from 0 to {@link Optimizer#scalars()} - 1
     * @param value the number
     * @throws IndexOutOfBoundsException if the optimizer asked for no such scalar
     */
    void scalar(int index, double value);

    /**
     * Computes the gradient again on the same batch, at the parameters as they are now, and sends
     * it through the guards.
     *
     * @return false if a guard refused it; then the optimizer must put the parameters back to where
     *     they were and return
     */
    boolean gradient();

    /**
     * Computes a gradient on the inputs of the same batch, with targets drawn from what the network
     * predicts, for estimates of curvature. It passes no guard and replaces the gradient of this
     * step.
     */
    void sampledGradient();

    /** The loss on the same batch at the parameters as they are now, without penalties. */
    double loss();

    /** Calls {@link Optimizer#update} for every chunk, cut by that optimizer's grain. */
    void apply(Optimizer optimizer);

    /**
     * Calls a kernel for every chunk.
     *
     * @param grain what a chunk must not split
     * @param kernel may change parameters and slots in place; runs in parallel
     */
    void each(Grain grain, Kernel kernel);

    /**
     * Adds up numbers over the whole model, always in the same order.
     *
     * @param grain what a chunk must not split
     * @param count how many sums
     * @param summand adds one chunk's part; must not write to the chunk; runs in parallel
     * @return {@code count} sums in an array that the next call reuses
     */
    double[] sums(Grain grain, int count, Summand summand);

    /**
     * What a wrapper hands to the optimizer that it wraps: the same step, with the wrapper's own
     * slots and scalars hidden.
     *
     * @param slotsToSkip the wrapper's own slots, which come first
     * @param scalarsToSkip the wrapper's own scalars, which come first
     */
    Step inner(int slotsToSkip, int scalarsToSkip);

    /** Changes one chunk. */
    @FunctionalInterface
    interface Kernel {
        /** Changes the chunk's parameters and slots in place. */
        void run(Chunk chunk, StepContext at);
    }

    /** Adds one chunk's part to sums. */
    @FunctionalInterface
    interface Summand {
        /**
         * Adds to each element of {@code sums}; the chunk is read only. The sums may be those of
         * some of the chunks, so that what they hold says nothing.
         */
        void add(Chunk chunk, StepContext at, double[] sums);
    }
}
