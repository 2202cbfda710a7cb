package org.evengrad.spi;

/**
 * A learning-rate schedule of one training run. One that only computes its factor from the step is
 * a lambda.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Schedule extends Memory {
    /**
     * What the optimizer's learning rate is multiplied by in this step. Called once a step, before
     * the optimizer, also when the step is then skipped.
     *
     * @param at where training stands; its rate is that of the step before
     * @return a finite factor, zero or more
     */
    double factor(StepContext at);

    /**
     * Tries step sizes before one is taken (line search, bold driver). Called after {@link #factor}
     * with its result.
     *
     * @param factor the factor to start from
     * @param trials what a step would do
     * @return the factor to use; 0 leaves the parameters where they are
     */
    default double search(double factor, Trials trials) {
        return factor;
    }

    /**
     * Tells the loss on the validation data, each time that it is measured.
     *
     * @param validationLoss the mean loss, without penalties
     * @param at the last step that was run
     */
    default void evaluated(double validationLoss, StepContext at) {}

    /** Steps that are tried on the current batch and taken back. */
    interface Trials {
        /** The loss of the batch before the step. */
        double lossBefore();

        /** The loss of the same batch after a step with this factor; the step is then undone. */
        double lossAt(double factor);

        /**
         * By how much the step that {@link #lossAt} tried last would have changed the loss if the
         * gradient, after the guards, were the same all along it: the gradient times the step.
         * Below zero for a step downhill, whatever the optimizer.
         */
        double linearChange();
    }
}
