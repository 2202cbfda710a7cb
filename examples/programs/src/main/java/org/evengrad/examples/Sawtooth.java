package org.evengrad.examples;

import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Strategy;

/**
 * A strategy of the application's own, which no jar and no service file names. It falls in a
 * straight line over each epoch and starts again with the next.
 *
 * @param lowest the factor that it would reach at the end of an epoch
 */
@Strategy(
        name = "sawtooth",
        summary = "Falls over each epoch and starts again",
        formula = "factor = 1 - (1 - lowest) * (step mod n) / n, n = steps of an epoch",
        useWhen = "to look around again and again",
        avoidWhen = "where a smooth end matters",
        reference = "https://arxiv.org/abs/1506.01186",
        since = "0.1.0")
public record Sawtooth(
        @Option(help = "Factor at the end of an epoch", range = "[0, 1]") double lowest)
        implements Scheduler {
    /** Falls to a tenth. */
    public Sawtooth() {
        this(0.1);
    }

    @Override
    public Schedule start(Horizon horizon) {
        double steps = horizon.stepsPerEpoch();
        return at -> 1 - (1 - lowest) * (at.step() % horizon.stepsPerEpoch()) / steps;
    }
}
