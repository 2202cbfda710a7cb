package org.evengrad.config;

import java.util.Optional;
import org.evengrad.config.bind.Key;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.spi.Span;

/**
 * How long and how training runs: the section {@code training}.
 *
 * @param epochs passes over the training rows; 20 if neither epochs nor steps are given
 * @param steps batches, instead of epochs
 * @param threads worker threads; empty: one for each core
 * @param earlyStop when to end before that; empty: never
 * @param keep which parameters are the result
 * @param checkpointEvery how often the state is saved; empty: at the end
 * @since 0.1.0
 */
public record TrainingConfig(
        @Key(range = "[1, inf)") Optional<Integer> epochs,
        @Key(range = "[1, inf)") Optional<Long> steps,
        @Key(range = "[1, inf)") Optional<Integer> threads,
        Optional<EarlyStop> earlyStop,
        @Key(absent = "last") Keep keep,
        @Key(range = "(0, inf)") Optional<Span> checkpointEvery) {
    private static final int DEFAULT_EPOCHS = 20;

    /**
     * Takes the default length if none is given.
     *
     * @throws InvalidInputException if both epochs and steps are given
     */
    public TrainingConfig {
        if (epochs.isPresent() && steps.isPresent()) {
            throw new InvalidInputException(
                    Problem.ofKey("steps", "epochs and steps are both given; keep one of them"));
        }
        if (epochs.isEmpty() && steps.isEmpty()) {
            epochs = Optional.of(DEFAULT_EPOCHS);
        }
    }

    /**
     * Ends training when a metric has not improved for a while.
     *
     * @param metric what should improve
     * @param patience evaluations without a new best
     */
    public record EarlyStop(
            @Key(absent = "validation-loss") Metric metric,
            @Key(range = "[1, inf)", absent = "5") int patience) {}

    /** What early stopping watches. */
    public enum Metric {
        /** The loss on the validation rows; lower is better. */
        VALIDATION_LOSS,
        /** The share of validation rows that are classified rightly; higher is better. */
        VALIDATION_ACCURACY
    }

    /** Which parameters are the result. */
    public enum Keep {
        /** Those after the last step. */
        LAST,
        /**
         * Those of the best evaluation, by the metric of {@code early-stop}; without one, by the
         * validation loss.
         */
        BEST
    }
}
