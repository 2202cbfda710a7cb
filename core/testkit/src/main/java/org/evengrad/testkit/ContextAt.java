package org.evengrad.testkit;

import org.evengrad.spi.Horizon;
import org.evengrad.spi.StepContext;

/**
 * Where training stands, as plain numbers.
 *
 * @param step batches seen before this one
 * @param updates steps before this one that changed the parameters
 * @param epoch epochs completed before this one
 * @param batchSize how many examples the batch has
 * @param rate the learning rate
 * @param loss the mean loss of the batch
 * @param gradientNorm the norm of the whole gradient
 * @param horizon how long training is planned to last
 * @since 0.1.0
 */
public record ContextAt(
        long step,
        long updates,
        int epoch,
        int batchSize,
        double rate,
        double loss,
        double gradientNorm,
        Horizon horizon)
        implements StepContext {
    /**
     * A step of a run of a given length, in which no step was skipped; batch size, rate, loss and
     * norm are 1.
     */
    public static ContextAt step(long step, Horizon horizon) {
        int epoch = Math.toIntExact(step / horizon.stepsPerEpoch());
        return new ContextAt(step, step, epoch, 1, 1, 1, 1, horizon);
    }

    /** A step of a run of 1000 steps in 10 epochs. */
    public static ContextAt step(long step) {
        return step(step, new Horizon(1000, 100));
    }

    /** The same with another number of updates. */
    public ContextAt withUpdates(long updates) {
        return new ContextAt(step, updates, epoch, batchSize, rate, loss, gradientNorm, horizon);
    }

    /** The same with another batch size. */
    public ContextAt withBatchSize(int batchSize) {
        return new ContextAt(step, updates, epoch, batchSize, rate, loss, gradientNorm, horizon);
    }

    /** The same with another learning rate. */
    public ContextAt withRate(double rate) {
        return new ContextAt(step, updates, epoch, batchSize, rate, loss, gradientNorm, horizon);
    }

    /** The same with another loss. */
    public ContextAt withLoss(double loss) {
        return new ContextAt(step, updates, epoch, batchSize, rate, loss, gradientNorm, horizon);
    }

    /** The same with another gradient norm. */
    public ContextAt withGradientNorm(double gradientNorm) {
        return new ContextAt(step, updates, epoch, batchSize, rate, loss, gradientNorm, horizon);
    }
}
