package org.evengrad.engine.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.NormalizeTargets;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.data.images.ImageFolderData;
import org.evengrad.engine.data.images.ImageSet;

/**
 * Loads the data that a configuration names, splits it and normalizes it. The same configuration,
 * files and seed give the same numbers.
 */
public final class DataLoader {
    private DataLoader() {}

    /**
     * Loads data for training. The normalizer and the scale of targets are fitted on the training
     * rows.
     *
     * @param seed of generated data and of the split
     * @throws InvalidInputException if a file is missing or damaged, or there are too few rows for
     *     the parts or a batch
     */
    public static SplitData load(DataConfig config, long seed) {
        Source source = config.source();
        Contents contents = read(source, seed, task(source), List.of(), missing(source));
        Dataset dataset = contents.dataset();
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
        Normalizer normalizer = Normalizer.fit(normalize(source), missing(source), parts.train());
        TargetScale targetScale =
                config.normalizeTargets() == NormalizeTargets.NONE
                        ? TargetScale.none()
                        : TargetScale.fit(parts.train());
        Optional<Augmentation> augmentation =
                config.augment()
                        .filter(augment -> !augment.isOff())
                        .map(
                                augment ->
                                        ImageData.augmentation(
                                                augment, seed, dataset.featureShape()));
        return split(
                targetScale.apply(normalizer.apply(dataset)),
                parts,
                normalizer,
                targetScale,
                contents.sha256(),
                augmentation);
    }

    /**
     * Loads the data of a trained model again, split as then, for evaluation.
     *
     * @param seed of the training run
     * @param fitted the normalizer of the model
     * @param targetScale that of the model
     * @throws InvalidInputException if a file is missing or damaged, has another number of features
     *     or targets, or too few rows for the parts
     */
    public static SplitData load(
            DataConfig config, long seed, Normalizer fitted, TargetScale targetScale) {
        Source source = config.source();
        Contents contents = read(source, seed, task(source), List.of(), missing(source, fitted));
        Dataset dataset = contents.dataset();
        Splitter.Parts parts = parts(config, dataset, seed);
        return split(
                targetScale.apply(apply(fitted, dataset)),
                parts,
                fitted,
                targetScale,
                contents.sha256(),
                Optional.empty());
    }

    /**
     * Loads data that a trained model has not seen, without splitting it.
     *
     * @param seed of generated data
     * @param fitted the normalizer of the model
     * @param targetScale that of the model
     * @param classes the classes of the model in the order of its outputs: labels become their
     *     indices. The names of the labels for a multi-label task, which the configuration says.
     *     Empty for regression
     * @return all rows
     * @throws InvalidInputException if a file is missing or damaged, has another number of
     *     features, or a label is none of the classes
     */
    public static DataPart loadWhole(
            DataConfig config,
            long seed,
            Normalizer fitted,
            TargetScale targetScale,
            List<String> classes) {
        Source source = config.source();
        boolean multiLabel = task(source).equals(Optional.of(Task.MULTI_LABEL));
        Task single = classes.isEmpty() ? Task.REGRESSION : Task.CLASSIFICATION;
        Task task = multiLabel ? Task.MULTI_LABEL : single;
        Dataset dataset =
                read(source, seed, Optional.of(task), classes, missing(source, fitted)).dataset();
        boolean fits =
                multiLabel
                        ? dataset.classes().size() == classes.size()
                        : dataset.task() == task && dataset.classes().size() <= classes.size();
        if (!fits) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.source",
                            String.format(
                                    "the data has %s, the model %s",
                                    describe(dataset.classes(), multiLabel),
                                    describe(classes, multiLabel))));
        }
        return targetScale.apply(apply(fitted, dataset)).all();
    }

    private static Contents read(
            Source source,
            long seed,
            Optional<Task> task,
            List<String> knownClasses,
            Missing missing) {
        if (source instanceof Source.ImageFolder folder) {
            ImageSet images = ImageFolderData.read(folder, knownClasses);
            return new Contents(ImageData.dataset(images), images.sha256());
        }
        Dataset dataset = numbers(source, seed, task, knownClasses, missing);
        return new Contents(dataset, sha256(dataset));
    }

    private static Dataset numbers(
            Source source,
            long seed,
            Optional<Task> task,
            List<String> knownClasses,
            Missing missing) {
        if (source instanceof Source.Iris) {
            return IrisData.read();
        } else if (source instanceof Source.Csv csv) {
            return CsvData.read(csv, task, knownClasses, missing);
        } else if (source instanceof Source.SequenceCsv csv) {
            return SequenceCsvData.read(csv, task, knownClasses, missing);
        } else if (source instanceof Source.Text text) {
            return TextData.read(text, knownClasses);
        } else if (source instanceof Source.Idx idx) {
            return IdxData.read(idx, knownClasses);
        } else if (source instanceof Source.Blobs blobs) {
            return GeneratedData.blobs(blobs, seed);
        } else if (source instanceof Source.Circles circles) {
            return GeneratedData.circles(circles, seed);
        } else if (source instanceof Source.Spirals spirals) {
            return GeneratedData.spirals(spirals, seed);
        } else if (source instanceof Source.Shapes shapes) {
            return DrawnShapes.images(shapes, seed);
        } else if (source instanceof Source.Linear linear) {
            return GeneratedData.linear(linear, seed);
        } else if (source instanceof Source.AddingProblem adding) {
            return GeneratedData.addingProblem(adding, seed);
        } else if (source instanceof Source.CopyMemory copy) {
            return GeneratedData.copyMemory(copy, seed);
        }
        throw new IllegalStateException("no reader for " + source);
    }

    private static Optional<Task> task(Source source) {
        if (source instanceof Source.Csv csv) {
            return csv.task();
        }
        return source instanceof Source.SequenceCsv csv ? csv.task() : Optional.empty();
    }

    private static Missing missing(Source source) {
        if (source instanceof Source.Csv csv) {
            return csv.missing();
        }
        return source instanceof Source.SequenceCsv csv ? csv.missing() : Missing.REFUSE;
    }

    /** A model that was trained without missing values has nothing to replace them by. */
    private static Missing missing(Source source, Normalizer fitted) {
        return fitted.replacements().length == 0 ? Missing.REFUSE : missing(source);
    }

    /** Pixels are scaled when they are read, and generated data is on a known scale. */
    private static Normalize normalize(Source source) {
        if (source instanceof Source.Iris iris) {
            return iris.normalize();
        } else if (source instanceof Source.SequenceCsv csv) {
            return csv.normalize();
        }
        if (source instanceof Source.ImageFolder folder) {
            return folder.normalize();
        }
        return source instanceof Source.Csv csv ? csv.normalize() : Normalize.NONE;
    }

    private static Splitter.Parts parts(DataConfig config, Dataset dataset, long seed) {
        Split split = config.split().orElseGet(() -> defaultSplit(config.source(), dataset));
        PartSizes sizes = PartSizes.of(config, dataset.rows());
        return new Splitter(dataset, sizes, seed).split(split);
    }

    private static Split defaultSplit(Source source, Dataset dataset) {
        boolean inTime =
                source instanceof Source.Text
                        || source instanceof Source.Csv csv && csv.time().isPresent();
        if (inTime && dataset.groups().isPresent()) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.split",
                            "missing; data.group and data.time are both given, so say group or"
                                    + " time"));
        }
        if (inTime || dataset.groups().isPresent()) {
            return inTime ? Split.TIME : Split.GROUP;
        }
        boolean oneClassARow = dataset.task() == Task.CLASSIFICATION && dataset.targetSteps() == 1;
        return oneClassARow ? Split.STRATIFIED : Split.RANDOM;
    }

    private static Dataset apply(Normalizer fitted, Dataset dataset) {
        if (!fitted.fits(dataset)) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.source",
                            String.format(
                                    "the data has %d features, the model was trained on %d",
                                    Normalizer.features(dataset), fitted.fittedFeatures())));
        }
        return fitted.apply(dataset);
    }

    private static SplitData split(
            Dataset dataset,
            Splitter.Parts parts,
            Normalizer normalizer,
            TargetScale targetScale,
            String sha256,
            Optional<Augmentation> augmentation) {
        return new SplitData(
                dataset,
                new DataPart(dataset, parts.train().rows()),
                new DataPart(dataset, parts.validation().rows()),
                new DataPart(dataset, parts.test().rows()),
                normalizer,
                targetScale,
                sha256,
                augmentation);
    }

    private static String describe(List<String> classes, boolean multiLabel) {
        String noun = multiLabel ? " labels" : " classes";
        return classes.isEmpty() ? "numbers as targets" : classes.size() + noun;
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

    private static void update(MessageDigest digest, FloatTable table) {
        float[] values = new float[table.width()];
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < table.rows(); row++) {
            table.read(row, values, 0);
            bytes.asFloatBuffer().put(values);
            digest.update(bytes.array());
        }
    }

    /**
     * Data as loaded.
     *
     * @param sha256 of what was read
     */
    private record Contents(Dataset dataset, String sha256) {}
}
