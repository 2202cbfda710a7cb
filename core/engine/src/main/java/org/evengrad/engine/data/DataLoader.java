package org.evengrad.engine.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Loads the data that a configuration names, splits it and normalizes it. The same configuration,
 * files and seed give the same numbers.
 */
public final class DataLoader {
    private static final int HASHED_AT_ONCE = 1 << 14;

    private DataLoader() {}

    /**
     * Loads data for training. The normalizer is fitted on the training rows.
     *
     * @param seed of generated data and of the split
     * @throws InvalidInputException if a file is missing or damaged, or there are too few rows for
     *     the parts or a batch
     */
    public static SplitData load(DataConfig config, long seed) {
        Dataset dataset = read(config.source(), seed, task(config.source()), List.of());
        String sha256 = sha256(dataset);
        Splitter.Parts parts = parts(config, dataset, seed);
        if (config.batchSize() > parts.train().size()) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.batch-size",
                            String.format(
                                    "%d is more than the rows to train on: %d (of %d rows, %d are"
                                            + " for validation and %d for test)",
                                    config.batchSize(),
                                    parts.train().size(),
                                    dataset.rows(),
                                    parts.validation().size(),
                                    parts.test().size())));
        }
        Normalizer normalizer = Normalizer.fit(normalize(config.source()), parts.train());
        normalizer.apply(dataset);
        return new SplitData(
                dataset, parts.train(), parts.validation(), parts.test(), normalizer, sha256);
    }

    /**
     * Loads the data of a trained model again, split as then, for evaluation.
     *
     * @param seed of the training run
     * @param fitted the normalizer of the model
     * @throws InvalidInputException if a file is missing or damaged, has another number of
     *     features, or too few rows for the parts
     */
    public static SplitData load(DataConfig config, long seed, Normalizer fitted) {
        Dataset dataset = read(config.source(), seed, task(config.source()), List.of());
        String sha256 = sha256(dataset);
        Splitter.Parts parts = parts(config, dataset, seed);
        apply(fitted, dataset);
        return new SplitData(
                dataset, parts.train(), parts.validation(), parts.test(), fitted, sha256);
    }

    /**
     * Loads data that a trained model has not seen, without splitting it.
     *
     * @param seed of generated data
     * @param fitted the normalizer of the model
     * @param classes the classes of the model in the order of its outputs: labels become their
     *     indices. Empty for regression
     * @return all rows
     * @throws InvalidInputException if a file is missing or damaged, has another number of
     *     features, or a label is none of the classes
     */
    public static DataPart loadWhole(
            DataConfig config, long seed, Normalizer fitted, List<String> classes) {
        Task task = classes.isEmpty() ? Task.REGRESSION : Task.CLASSIFICATION;
        Dataset dataset = read(config.source(), seed, Optional.of(task), classes);
        if (dataset.task() != task || dataset.classes().size() > classes.size()) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.source",
                            String.format(
                                    "the data has %s, the model %s",
                                    describe(dataset.classes()), describe(classes))));
        }
        apply(fitted, dataset);
        return dataset.all();
    }

    private static Dataset read(
            Source source, long seed, Optional<Task> task, List<String> knownClasses) {
        if (source instanceof Source.Iris) {
            return IrisData.read();
        } else if (source instanceof Source.Csv csv) {
            return CsvData.read(csv, task, knownClasses);
        } else if (source instanceof Source.Idx idx) {
            return IdxData.read(idx, knownClasses);
        } else if (source instanceof Source.Blobs blobs) {
            return GeneratedData.blobs(blobs, seed);
        } else if (source instanceof Source.Circles circles) {
            return GeneratedData.circles(circles, seed);
        } else if (source instanceof Source.Spirals spirals) {
            return GeneratedData.spirals(spirals, seed);
        } else if (source instanceof Source.Linear linear) {
            return GeneratedData.linear(linear, seed);
        }
        throw new IllegalStateException("no reader for " + source);
    }

    private static Optional<Task> task(Source source) {
        return source instanceof Source.Csv csv ? csv.task() : Optional.empty();
    }

    /** Pixels are scaled when they are read, and generated data is on a known scale. */
    private static Normalize normalize(Source source) {
        if (source instanceof Source.Iris iris) {
            return iris.normalize();
        }
        return source instanceof Source.Csv csv ? csv.normalize() : Normalize.NONE;
    }

    private static Splitter.Parts parts(DataConfig config, Dataset dataset, long seed) {
        Split split =
                config.split()
                        .orElse(
                                dataset.task() == Task.CLASSIFICATION
                                        ? Split.STRATIFIED
                                        : Split.RANDOM);
        PartSizes sizes = PartSizes.of(config, dataset.rows());
        return new Splitter(dataset, sizes, seed).split(split);
    }

    private static void apply(Normalizer fitted, Dataset dataset) {
        int expected = fitted.shift().length;
        if (fitted.kind() != Normalize.NONE && expected != dataset.featureCount()) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.source",
                            String.format(
                                    "the data has %d features, the model was trained on %d",
                                    dataset.featureCount(), expected)));
        }
        fitted.apply(dataset);
    }

    private static String describe(List<String> classes) {
        return classes.isEmpty() ? "numbers as targets" : classes.size() + " classes";
    }

    private static String sha256(Dataset dataset) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            update(digest, dataset.features());
            update(digest, dataset.targets());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException("every JDK has SHA-256", error);
        }
    }

    private static void update(MessageDigest digest, float[] values) {
        byte[] bytes = new byte[HASHED_AT_ONCE * Float.BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int start = 0; start < values.length; start += HASHED_AT_ONCE) {
            int count = Math.min(HASHED_AT_ONCE, values.length - start);
            buffer.asFloatBuffer().put(values, start, count);
            digest.update(bytes, 0, count * Float.BYTES);
        }
    }
}
