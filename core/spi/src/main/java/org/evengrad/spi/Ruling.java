package org.evengrad.spi;

/**
 * Takes what a {@link Guard} decides in one step. Reasons are constants, so that a step allocates
 * nothing; the numbers behind them are in the metrics.
 *
 * <p>When a guard rules more than once in a step the strongest ruling counts: {@link #stop}, then
 * {@link #rollBack}, then {@link #skip}. These end the chain. Scales multiply.
 *
 * @since 0.1.0
 */
public interface Ruling {
    /**
     * Multiplies the whole gradient.
     *
     * @param factor finite, zero or more
     * @param reason why, a constant
     */
    void scale(double factor, String reason);

    /**
     * Multiplies one tensor's gradient.
     *
     * @param tensor its index in the layout
     * @param factor finite, zero or more
     * @param reason why, a constant
     */
    void scale(int tensor, double factor, String reason);

    /**
     * Multiplies the learning rate of this step alone.
     *
     * @param factor finite, zero or more
     * @param reason why, a constant
     */
    void scaleRate(double factor, String reason);

    /** Asks for {@link Guard#transform} on every chunk, before the next guard looks. */
    void transform(String reason);

    /** Drops this step: neither parameters nor the optimizer's memory change. */
    void skip(String reason);

    /**
     * Goes back to a snapshot, drops the step, and lowers the rate from here on.
     *
     * @param snapshots 1 for the newest snapshot, 2 for the one before; the oldest if there are
     *     fewer
     * @param rateFactor what the learning rate is multiplied by for the rest of training
     * @param reason why, a constant
     */
    void rollBack(int snapshots, double rateFactor, String reason);

    /** Sets the optimizer's slots and scalars to zero before this step. */
    void resetOptimizer(String reason);

    /** Ends training as diverged, without this step. */
    void stop(String reason);
}
