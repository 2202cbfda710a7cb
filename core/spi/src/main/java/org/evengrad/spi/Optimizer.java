package org.evengrad.spi;

/**
 * Turns a gradient into a change of the parameters.
 *
 * <p>An optimizer is a record whose first component is {@code double learningRate}. It keeps no
 * memory and retains no array: what it remembers per parameter lives in the slots that it asks for
 * ({@link #slots()}), what it remembers for the whole model in its scalars ({@link #scalars()}).
 * The engine owns, saves and restores both. {@link #update} is called for the chunks of the model
 * in any order and from several threads at once.
 *
 * <p>The gradient is the mean over the examples of the batch, after the guards. The penalties
 * {@code l1} and {@code l2} are already in it. The rate to use is {@link StepContext#rate()}, which
 * is {@link #learningRate()} times the schedule's factor.
 *
 * <p>What is not finite is not hidden: where the rule, in double precision, gives a number for a
 * gradient that holds NaN or infinities, the optimizer gives that number; elsewhere the parameter
 * becomes NaN or infinite in the same step. A parameter whose own gradient is NaN becomes NaN.
 *
 * @since 0.1.0
 */
public interface Optimizer {
    /** The learning rate at a schedule's factor of 1, positive. */
    double learningRate();

    /**
     * How many floats per parameter the optimizer remembers. Each slot starts at zero.
     *
     * @return zero or more
     */
    default int slots() {
        return 0;
    }

    /**
     * How many doubles the optimizer remembers for the whole model, reached through {@link
     * Step#scalar(int)}. Each starts at zero.
     *
     * @return zero or more
     */
    default int scalars() {
        return 0;
    }

    /** What {@link #update} needs to see in one piece, never null. */
    default Grain grain() {
        return Grain.ELEMENTS;
    }

    /**
     * Changes the parameters of one chunk in place, and its slots.
     *
     * @param chunk the parameters, the gradient and the slots of one piece of a tensor; valid
     *     during this call only
     * @param at the step, its rate, and the loss
     */
    void update(Chunk chunk, StepContext at);

    /**
     * Whether {@link #update} leaves the change in the chunk's gradient: what each parameter was
     * minus what it is, in floats. Then nobody has to keep what the parameters were to know how far
     * they moved, which shortens a step by some percent. It counts for an optimizer that looks at
     * one element at a time and leaves {@link #step} as it is.
     *
     * @since 0.1.0
     */
    default boolean leavesChange() {
        return false;
    }

    /**
     * Runs one step. The default applies {@link #update} to every chunk. An optimizer that needs a
     * second gradient, a sum over the whole model, or another optimizer inside it overrides this.
     *
     * @param step what can be done within a step; valid during this call only
     */
    default void step(Step step) {
        step.apply(this);
    }

    /**
     * Rewrites a copy of the parameters into those that the model should be evaluated and saved
     * with. Optimizers that train at one point and evaluate at another (schedule-free) override
     * this; the others leave the copy as it is.
     *
     * @param copy parameters to rewrite, with the slots to read; its gradient is meaningless
     * @param at the last step that was run
     */
    default void evaluationParameters(Chunk copy, StepContext at) {}
}
