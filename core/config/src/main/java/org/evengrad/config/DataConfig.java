package org.evengrad.config;

import java.nio.file.Path;
import java.util.Optional;
import org.evengrad.config.bind.Key;
import org.evengrad.config.bind.Variants;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * What a network learns from: the section {@code data}.
 *
 * @param source where the rows come from
 * @param batchSize rows in one step
 * @param train rows to train on; empty: all that validation and test leave
 * @param validation rows to select by; empty: 15% of the training rows
 * @param test rows that are read once, at the end
 * @param split how rows are dealt out; empty: stratified for classification, random for regression
 * @param shuffle whether each epoch sees the training rows in another order
 * @since 0.1.0
 */
public record DataConfig(
        Source source,
        @Key(range = "[1, inf)", absent = "32") int batchSize,
        Optional<Part> train,
        Optional<Part> validation,
        @Key(absent = "0.2") Part test,
        Optional<Split> split,
        @Key(absent = "true") boolean shuffle) {
    private static final double ROUNDING = 1e-9;

    /**
     * Checks that the parts do not overlap.
     *
     * @throws InvalidInputException if the fractions of all rows add up to more than 1
     */
    public DataConfig {
        if (fraction(train) + fraction(Optional.of(test)) > 1 + ROUNDING) {
            throw new InvalidInputException(
                    Problem.of("train and test add up to more than all rows"));
        }
    }

    private static double fraction(Optional<Part> part) {
        return part.filter(Part::isFraction).map(Part::value).orElse(0.0);
    }

    /** Where rows come from: the key {@code source} names it, its own keys stand beside. */
    @Variants(noun = "source", key = "source")
    public sealed interface Source {
        /**
         * Fisher's 150 iris flowers in 3 classes, which ship with the engine.
         *
         * @param normalize how features are scaled
         */
        record Iris(@Key(absent = "standard") Normalize normalize) implements Source {}

        /**
         * A table of numbers with one column to predict.
         *
         * @param file the table, absolute
         * @param label the column to predict: {@code last}, {@code first}, or its name
         * @param task what is predicted; empty: guessed from the column
         * @param header whether the first row holds names; empty: guessed
         * @param normalize how features are scaled
         */
        record Csv(
                Path file,
                @Key(absent = "last", pattern = ".*\\S.*", patternMeaning = "last, first or a name")
                        String label,
                Optional<Task> task,
                Optional<Boolean> header,
                @Key(absent = "standard") Normalize normalize)
                implements Source {}

        /**
         * A pair of IDX files, plain or gzipped, as MNIST comes in.
         *
         * @param images the images, absolute
         * @param labels their classes, absolute
         */
        record Idx(Path images, Path labels) implements Source {}

        /**
         * Gaussian clouds, one for each class.
         *
         * @param samples rows
         * @param classes clouds
         * @param features dimensions
         * @param spread standard deviation of a cloud
         */
        record Blobs(
                @Key(range = "[1, inf)", absent = "1000") int samples,
                @Key(range = "[2, inf)", absent = "3") int classes,
                @Key(range = "[1, inf)", absent = "2") int features,
                @Key(range = "[0, inf)", absent = "1.0") double spread)
                implements Source {}

        /**
         * Two circles, one inside the other.
         *
         * @param samples rows
         * @param noise standard deviation of the noise on each coordinate
         * @param factor radius of the inner circle; the outer one's is 1
         */
        record Circles(
                @Key(range = "[1, inf)", absent = "1000") int samples,
                @Key(range = "[0, inf)", absent = "0.05") double noise,
                @Key(range = "(0, 1)", absent = "0.5") double factor)
                implements Source {}

        /**
         * Spiral arms in the plane, one for each class.
         *
         * @param samples rows
         * @param classes arms
         * @param noise standard deviation of the noise on each coordinate
         * @param turns how often an arm winds around the center
         */
        record Spirals(
                @Key(range = "[1, inf)", absent = "1000") int samples,
                @Key(range = "[2, inf)", absent = "2") int classes,
                @Key(range = "[0, inf)", absent = "0.05") double noise,
                @Key(range = "(0, inf)", absent = "1.0") double turns)
                implements Source {}

        /**
         * A linear function of random features: a regression.
         *
         * @param samples rows
         * @param features dimensions
         * @param noise standard deviation of the noise on the target
         */
        record Linear(
                @Key(range = "[1, inf)", absent = "1000") int samples,
                @Key(range = "[1, inf)", absent = "4") int features,
                @Key(range = "[0, inf)", absent = "0.1") double noise)
                implements Source {}
    }

    /** How features are scaled, fitted on the training rows. */
    public enum Normalize {
        /** To mean 0 and standard deviation 1. */
        STANDARD,
        /** To the interval from 0 to 1. */
        MIN_MAX,
        /** Not at all. */
        NONE
    }

    /** How rows are dealt out to train, validation and test. */
    public enum Split {
        /** By chance, from the seed. */
        RANDOM,
        /** By chance, with the same share of each class in every part. */
        STRATIFIED,
        /** In their order: train first, test last. */
        TIME
    }

    /** What is predicted. */
    public enum Task {
        /** One of several classes. */
        CLASSIFICATION,
        /** Numbers. */
        REGRESSION
    }

    /**
     * A part of the rows.
     *
     * @param value from 1 on a count, below 1 a fraction: of all rows for train and test, of the
     *     training rows for validation
     */
    public record Part(double value) {
        /**
         * Checks the value.
         *
         * @throws IllegalArgumentException if it is neither
         */
        public Part {
            boolean valid = value >= 0 && value < 1 || value >= 1 && value == Math.rint(value);
            if (!valid || value > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "a part of the rows is a fraction such as 0.2 or a count such as 500, not "
                                + value);
            }
        }

        /** Whether the value is a fraction rather than a count. */
        public boolean isFraction() {
            return value < 1;
        }

        /**
         * How many rows the part has, rounded to the nearest.
         *
         * @param rows all rows
         */
        public int rows(int rows) {
            return (int) Math.round(isFraction() ? value * rows : value);
        }
    }
}
