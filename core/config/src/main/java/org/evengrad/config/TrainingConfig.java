package org.evengrad.config;

import java.util.List;
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
 * @param threads worker threads; empty: one for each physical core that the process may use
 * @param earlyStop when to end before that; empty: never
 * @param keep which parameters are the result
 * @param checkpointEvery how often the state is saved; empty: at the end
 * @param classWeights how much the examples of each class count in the loss
 * @param truncate after how many time steps of a sequence there is an update, and gradients end;
 *     empty: at the end of the sequence
 * @param timeReduction what the loss of a sequence is of those of its time steps; empty: the mean,
 *     and for a model that was brought along the sum, as in DL4J
 * @since 0.1.0
 */
public record TrainingConfig(
        @Key(range = "[1, inf)") Optional<Integer> epochs,
        @Key(range = "[1, inf)") Optional<Long> steps,
        @Key(range = "[1, inf)") Optional<Integer> threads,
        Optional<EarlyStop> earlyStop,
        @Key(absent = "last") Keep keep,
        @Key(range = "(0, inf)") Optional<Span> checkpointEvery,
        @Key(range = "[0, inf)", absent = "none") ClassWeights classWeights,
        @Key(range = "[1, inf)") Optional<Integer> truncate,
        Optional<TimeReduction> timeReduction) {
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

    /** As long as given, and all else as it is without a word. */
    public static TrainingConfig forEpochs(int epochs) {
        return new TrainingConfig(
                Optional.of(epochs),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Keep.LAST,
                Optional.empty(),
                ClassWeights.Rule.NONE,
                Optional.empty(),
                Optional.empty());
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

    /** What early stopping watches, on the validation rows. */
    public enum Metric {
        /** The loss; lower is better. */
        VALIDATION_LOSS("loss", false),
        /** The share that is classified rightly; higher is better. */
        VALIDATION_ACCURACY("accuracy", true),
        /** The mean F1 of the classes; higher is better. */
        VALIDATION_MACRO_F1("macroF1", true),
        /** The area under the ROC curve, for two classes or for labels; higher is better. */
        VALIDATION_AUC("auc", true),
        /** The explained share of the variance, for numbers; higher is better. */
        VALIDATION_R2("r2", true),
        /** The root of the mean squared error, for numbers; lower is better. */
        VALIDATION_RMSE("rmse", false),
        /** The mean absolute error, for numbers; lower is better. */
        VALIDATION_MAE("mae", false);

        private final String key;
        private final boolean higherIsBetter;

        Metric(String key, boolean higherIsBetter) {
            this.key = key;
            this.higherIsBetter = higherIsBetter;
        }

        /** What results call it. */
        public String key() {
            return key;
        }

        /** Whether more of it is better. */
        public boolean higherIsBetter() {
            return higherIsBetter;
        }
    }

    /** How much the examples of each class count in the loss. */
    public sealed interface ClassWeights {
        /** Written as a word. */
        enum Rule implements ClassWeights {
            /** All the same. */
            NONE,
            /** Inversely to how often a class occurs among the training rows. */
            BALANCED
        }

        /**
         * Written as a list.
         *
         * @param weights one for each class, in the order of the classes
         */
        record Given(List<Double> weights) implements ClassWeights {
            /**
             * Keeps a copy of the list.
             *
             * @throws IllegalArgumentException if all weights are 0
             */
            public Given {
                weights = List.copyOf(weights);
                if (weights.stream().allMatch(weight -> weight == 0)) {
                    throw new IllegalArgumentException("some class needs a weight above 0");
                }
            }
        }
    }

    /** What the loss of a sequence is of the losses of its time steps. */
    public enum TimeReduction {
        /** Their mean, so that the rate and the limits of guards do not depend on the length. */
        MEAN,
        /** Their sum. */
        SUM
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
