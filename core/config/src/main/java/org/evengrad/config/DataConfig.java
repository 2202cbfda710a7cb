package org.evengrad.config;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
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
 * @param split how rows are dealt out; empty: by group or time if the source names such a column,
 *     by time for text, stratified for classification, else random
 * @param shuffle whether each epoch sees the training rows in another order
 * @param augment how training images are varied; empty: not at all
 * @param normalizeTargets how numbers to predict are scaled for training; for regression
 * @since 0.1.0
 */
public record DataConfig(
        Source source,
        @Key(range = "[1, inf)", absent = "32") int batchSize,
        Optional<Part> train,
        Optional<Part> validation,
        @Key(absent = "0.2") Part test,
        Optional<Split> split,
        @Key(absent = "true") boolean shuffle,
        Optional<AugmentConfig> augment,
        @Key(absent = "none") NormalizeTargets normalizeTargets) {
    private static final double ROUNDING = 1e-9;

    /**
     * Checks that the parts do not overlap, and that only images are varied.
     *
     * @throws InvalidInputException if the fractions of all rows add up to more than 1, or rows
     *     that are no images are to be augmented
     */
    public DataConfig {
        if (fraction(train) + fraction(Optional.of(test)) > 1 + ROUNDING) {
            throw new InvalidInputException(
                    Problem.of("train and test add up to more than all rows"));
        }
        boolean images =
                source instanceof Source.Idx
                        || source instanceof Source.ImageFolder
                        || source instanceof Source.Shapes;
        if (!images && augment.filter(varied -> !varied.isOff()).isPresent()) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "augment",
                            "varies images only, so it needs the source idx, image-folder or"
                                    + " shapes"));
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
         * A table of numbers with one column or several to predict.
         *
         * @param file the table, absolute
         * @param label what to predict: {@code last}, {@code first}, or the names of columns
         * @param task what is predicted; empty: guessed from the column; regression for several
         * @param header whether the first row holds names; empty: guessed
         * @param normalize how features are scaled
         * @param missing what becomes of missing values
         * @param group the column whose rows stay together in one part; no feature
         * @param time the column that says when a row was, as number or ISO date; no feature
         * @param streaming whether rows are kept on the disk instead of in memory
         */
        record Csv(
                Path file,
                @Key(absent = "last", pattern = ".*\\S.*", patternMeaning = "last, first or a name")
                        Label label,
                Optional<Task> task,
                Optional<Boolean> header,
                @Key(absent = "standard") Normalize normalize,
                @Key(absent = "refuse") Missing missing,
                Optional<String> group,
                Optional<String> time,
                @Key(absent = "false") boolean streaming)
                implements Source {
            /**
             * A table without missing values, groups and times, read into memory.
             *
             * @param label the column to predict
             */
            public Csv(
                    Path file,
                    String label,
                    Optional<Task> task,
                    Optional<Boolean> header,
                    Normalize normalize) {
                this(
                        file,
                        new Label.One(label),
                        task,
                        header,
                        normalize,
                        Missing.REFUSE,
                        Optional.empty(),
                        Optional.empty(),
                        false);
            }
        }

        /**
         * A table whose rows are time steps. Rows with the same id are one sequence, in the order
         * of time; shorter sequences are padded at their end. The first row holds the names.
         *
         * @param file the table, absolute
         * @param id the column that says which sequence a row belongs to; no feature
         * @param time the column that orders the rows of a sequence, as number or ISO date; no
         *     feature
         * @param label what to predict: {@code last}, {@code first}, or the names of columns
         * @param labelPer whether a sequence has one label or each of its steps has
         * @param task what is predicted; empty: guessed from the column; regression for several
         * @param normalize how features are scaled
         * @param missing what becomes of missing values
         * @param group the column whose sequences stay together in one part; no feature
         * @param streaming whether rows are kept on the disk instead of in memory
         */
        record SequenceCsv(
                Path file,
                String id,
                String time,
                @Key(absent = "last", pattern = ".*\\S.*", patternMeaning = "last, first or a name")
                        Label label,
                @Key(absent = "sequence") LabelPer labelPer,
                Optional<Task> task,
                @Key(absent = "standard") Normalize normalize,
                @Key(absent = "refuse") Missing missing,
                Optional<String> group,
                @Key(absent = "false") boolean streaming)
                implements Source {}

        /**
         * A text, to predict each next character of: a character model. It is cut into windows that
         * do not overlap.
         *
         * @param file the text in UTF-8, absolute
         * @param sequenceLength characters in a window
         */
        record Text(Path file, @Key(range = "[2, inf)", absent = "64") int sequenceLength)
                implements Source {}

        /**
         * A pair of IDX files, plain or gzipped, as MNIST comes in.
         *
         * @param images the images, absolute
         * @param labels their classes, absolute
         */
        record Idx(Path images, Path labels) implements Source {}

        /**
         * A folder with a sub-folder of images for each class.
         *
         * @param folder the folder of the classes, absolute
         * @param height pixels; empty, with the width: as the first image has
         * @param width pixels
         * @param channels 3 for color, 1 for gray
         * @param resize whether images of another size are scaled; otherwise they are refused
         * @param normalize how pixels are scaled, one scale for each channel; they are from 0 to 1
         *     before
         */
        record ImageFolder(
                Path folder,
                @Key(range = "[1, inf)") Optional<Integer> height,
                @Key(range = "[1, inf)") Optional<Integer> width,
                @Key(absent = "3") int channels,
                @Key(absent = "false") boolean resize,
                @Key(absent = "none") Normalize normalize)
                implements Source {
            /**
             * Checks what no key can check alone.
             *
             * @throws InvalidInputException if only one of height and width is given, or channels
             *     are neither 1 nor 3
             */
            public ImageFolder {
                if (height.isPresent() != width.isPresent()) {
                    String given = height.isPresent() ? "height" : "width";
                    String missing = height.isPresent() ? "width" : "height";
                    throw new InvalidInputException(
                            Problem.ofKey(given, "needs " + missing + " beside it"));
                }
                if (channels != 1 && channels != 3) {
                    throw new InvalidInputException(
                            Problem.ofKey(
                                    "channels", "must be 3 (color) or 1 (gray), not " + channels));
                }
            }
        }

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
         * Gray images of simple shapes, one for each class, of varying place, size and brightness:
         * a disk, a cross, a frame, a plus, a square, a ring, a triangle, an upright and a level
         * bar, and a diamond.
         *
         * @param samples images
         * @param size height and width, in pixels
         * @param classes shapes, the first of that list
         * @param noise standard deviation of the noise on each pixel
         */
        record Shapes(
                @Key(range = "[1, inf)", absent = "1000") int samples,
                @Key(range = "[8, 1024]", absent = "16") int size,
                @Key(range = "[2, 10]", absent = "4") int classes,
                @Key(range = "[0, inf)", absent = "0.1") double noise)
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

        /**
         * Sequences of random numbers of which two are marked: a regression of their sum.
         *
         * @param samples sequences
         * @param length steps of each
         */
        record AddingProblem(
                @Key(range = "[1, inf)", absent = "1000") int samples,
                @Key(range = "[2, inf)", absent = "100") int length)
                implements Source {}

        /**
         * Sequences of symbols, to be repeated after a delay.
         *
         * @param samples sequences
         * @param length steps of the delay
         * @param symbols different symbols to repeat
         * @param copied how many symbols are repeated
         */
        record CopyMemory(
                @Key(range = "[1, inf)", absent = "1000") int samples,
                @Key(range = "[1, inf)", absent = "100") int length,
                @Key(range = "[2, inf)", absent = "8") int symbols,
                @Key(range = "[1, inf)", absent = "10") int copied)
                implements Source {}
    }

    /** Which columns are predicted. */
    public sealed interface Label {
        /** The names, at least one; {@code last} and {@code first} are by position. */
        List<String> names();

        /**
         * Written as a text.
         *
         * @param name {@code last}, {@code first}, the name of a column, or such names with commas
         *     between them
         */
        record One(String name) implements Label {
            @Override
            public List<String> names() {
                return List.of(name);
            }
        }

        /**
         * Written as a list.
         *
         * @param names of columns
         */
        record Several(List<String> names) implements Label {
            /**
             * Keeps a copy of the list.
             *
             * @throws IllegalArgumentException if it is empty or names a column twice
             */
            public Several {
                names = List.copyOf(names);
                if (names.isEmpty() || new HashSet<>(names).size() < names.size()) {
                    throw new IllegalArgumentException(
                            "needs at least one column, and none of them twice");
                }
            }
        }
    }

    /** What a label of a table of sequences belongs to. */
    public enum LabelPer {
        /** To a sequence as a whole: all of its rows have the same one. */
        SEQUENCE,
        /** To each step. */
        STEP
    }

    /** What becomes of missing values; what replaces them is fitted on the training rows. */
    public enum Missing {
        /** They are a mistake. */
        REFUSE,
        /** They become the mean of their feature. */
        MEAN,
        /** They become the median of their feature. */
        MEDIAN,
        /** They become 0, before features are scaled. */
        ZERO
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

    /** How numbers to predict are scaled, fitted on the training rows. */
    public enum NormalizeTargets {
        /** Not at all. */
        NONE,
        /** To mean 0 and standard deviation 1. */
        STANDARD
    }

    /** How rows are dealt out to train, validation and test. */
    public enum Split {
        /** By chance, from the seed. */
        RANDOM,
        /** By chance, with the same share of each class in every part. */
        STRATIFIED,
        /** In their order, or in that of a time column: train first, test last. */
        TIME,
        /** By chance, with all rows of a group in the same part. */
        GROUP
    }

    /** What is predicted. */
    public enum Task {
        /** One of several classes. */
        CLASSIFICATION,
        /** Numbers. */
        REGRESSION,
        /** Which of several labels hold: a 0 or 1 for each. */
        MULTI_LABEL
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
