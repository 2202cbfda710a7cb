package org.evengrad.spi;

/**
 * Where training stands. The object is reused: read it, do not keep it.
 *
 * @since 0.1.0
 */
public interface StepContext {
    /** Batches seen before this one: 0 in the first step, also if that step was skipped. */
    long step();

    /**
     * Steps before this one that changed the parameters since the optimizer's memory was last
     * empty: 0 in the first step, and in one before which a guard emptied it. Skipped steps do not
     * count.
     */
    long updates();

    /** Epochs completed before this one: 0 in the first. */
    int epoch();

    /** How many examples this batch has; the last one of an epoch may have fewer. */
    int batchSize();

    /** The learning rate of this step: the optimizer's times the schedule's factor. */
    double rate();

    /** The mean loss of this batch before the step, without penalties. */
    double loss();

    /** The L2 norm of the whole mean gradient after the guards so far. */
    double gradientNorm();

    /** How long training is planned to last. */
    Horizon horizon();
}
