package org.evengrad.engine.data;

import java.util.Arrays;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Brings features to a common scale: {@code (x - shift) / scale} for each feature. Fitted on the
 * training rows alone, so that validation and test tell nothing beforehand.
 *
 * <p>{@code STANDARD} shifts by the mean and scales by the standard deviation (divided by n).
 * {@code MIN_MAX} maps the training rows' smallest value to 0 and the largest to 1; other rows may
 * fall outside. A feature that is constant in the training rows gets scale 1. {@code NONE} changes
 * nothing, and its arrays are empty. In a sequence, a feature has one scale for all steps, and
 * padding neither counts nor changes; in an image, a channel is a feature.
 *
 * <p>Before that, missing values (NaN) are replaced by a number for each feature, which is fitted
 * on the values that the training rows have.
 *
 * @param kind how the numbers were found
 * @param replacements of missing values, one for each feature; empty if none may be missing
 * @param shift subtracted from each feature
 * @param scale what each feature is then divided by, greater than zero
 */
public record Normalizer(Normalize kind, double[] replacements, double[] shift, double[] scale) {
    /**
     * Training rows whose values are sorted at once to find medians, as far as a feature allows.
     */
    private static final int SORTED_AT_ONCE = 1 << 24;

    /**
     * Checks the numbers, which may come from a stored model.
     *
     * @throws IllegalArgumentException if the arrays do not fit each other and the kind, a number
     *     is not finite, or a scale is not above zero
     */
    public Normalizer {
        replacements = replacements.clone();
        shift = shift.clone();
        scale = scale.clone();
        boolean bothFitted = replacements.length > 0 && shift.length > 0;
        if (bothFitted && replacements.length != shift.length
                || !Arrays.stream(replacements).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "replacements " + Arrays.toString(replacements) + " for " + shift.length);
        }
        if (shift.length != scale.length || (kind == Normalize.NONE) != (shift.length == 0)) {
            throw new IllegalArgumentException(
                    kind + " with " + shift.length + " shifts and " + scale.length + " scales");
        }
        for (int feature = 0; feature < shift.length; feature++) {
            if (!Double.isFinite(shift[feature])
                    || !Double.isFinite(scale[feature])
                    || scale[feature] <= 0) {
                throw new IllegalArgumentException(
                        "feature " + feature + ": " + shift[feature] + ", " + scale[feature]);
            }
        }
    }

    /**
     * One that replaces no missing values.
     *
     * @throws IllegalArgumentException as above
     */
    public Normalizer(Normalize kind, double[] shift, double[] scale) {
        this(kind, new double[0], shift, scale);
    }

    /** Changes nothing. */
    public static Normalizer none() {
        return new Normalizer(Normalize.NONE, new double[0], new double[0]);
    }

    /**
     * Finds the numbers.
     *
     * @param kind which numbers
     * @param part the training rows, at least one
     * @throws IllegalArgumentException if the part is empty
     */
    public static Normalizer fit(Normalize kind, DataPart part) {
        return fit(kind, Missing.REFUSE, part);
    }

    /**
     * Finds the numbers.
     *
     * @param kind which numbers
     * @param missing what replaces missing values
     * @param part the training rows, at least one
     * @throws IllegalArgumentException if the part is empty
     * @throws InvalidInputException if a feature has no value in any of the rows
     */
    public static Normalizer fit(Normalize kind, Missing missing, DataPart part) {
        if (part.isEmpty()) {
            throw new IllegalArgumentException("a normalizer needs rows to be fitted on");
        }
        double[] replacements =
                switch (missing) {
                    case REFUSE -> new double[0];
                    case ZERO -> new double[features(part.dataset())];
                    case MEAN -> means(part);
                    case MEDIAN -> medians(part);
                };
        if (kind == Normalize.NONE) {
            return new Normalizer(kind, replacements, new double[0], new double[0]);
        }
        Dataset dataset = part.dataset();
        int features = features(dataset);
        double[] smallest = new double[features];
        double[] largest = new double[features];
        double[] mean = new double[features];
        long[] count = new long[features];
        Arrays.fill(smallest, Double.POSITIVE_INFINITY);
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        forEachValue(
                part,
                replacements,
                (feature, value) -> {
                    smallest[feature] = Math.min(smallest[feature], value);
                    largest[feature] = Math.max(largest[feature], value);
                    mean[feature] += value;
                    count[feature]++;
                });
        double[] scale = new double[features];
        for (int feature = 0; feature < features; feature++) {
            mean[feature] /= count[feature];
            scale[feature] = largest[feature] - smallest[feature];
        }
        if (kind == Normalize.STANDARD) {
            standardDeviations(part, replacements, mean, count, scale);
        }
        for (int feature = 0; feature < features; feature++) {
            if (largest[feature] == smallest[feature]) {
                mean[feature] = largest[feature];
                scale[feature] = 1;
            }
        }
        return new Normalizer(
                kind, replacements, kind == Normalize.STANDARD ? mean : smallest, scale);
    }

    private static double[] means(DataPart part) {
        double[] mean = new double[features(part.dataset())];
        long[] count = new long[mean.length];
        forEachValue(
                part,
                new double[0],
                (feature, value) -> {
                    if (!Double.isNaN(value)) {
                        mean[feature] += value;
                        count[feature]++;
                    }
                });
        for (int feature = 0; feature < mean.length; feature++) {
            requireValues(part, feature, count[feature]);
            mean[feature] /= count[feature];
        }
        return mean;
    }

    /**
     * Sorts the values of a few features at a time, so that a large file does not fill the heap.
     */
    private static double[] medians(DataPart part) {
        double[] median = new double[features(part.dataset())];
        int stride = part.dataset().featureCount() / median.length;
        long most = (long) part.size() * stride;
        int atOnce = (int) Math.max(1, Math.min(median.length, SORTED_AT_ONCE / most));
        for (int first = 0; first < median.length; first += atOnce) {
            int from = first;
            int count = Math.min(atOnce, median.length - first);
            float[][] values = new float[count][Math.toIntExact(most)];
            int[] sizes = new int[count];
            forEachValue(
                    part,
                    new double[0],
                    (feature, value) -> {
                        int i = feature - from;
                        if (i >= 0 && i < count && !Double.isNaN(value)) {
                            values[i][sizes[i]++] = (float) value;
                        }
                    });
            for (int i = 0; i < count; i++) {
                requireValues(part, from + i, sizes[i]);
                Arrays.sort(values[i], 0, sizes[i]);
                double upper = values[i][sizes[i] / 2];
                median[from + i] = (upper + values[i][(sizes[i] - 1) / 2]) / 2;
            }
        }
        return median;
    }

    private static void requireValues(DataPart part, int feature, long count) {
        if (count == 0) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.missing",
                            String.format(
                                    "'%s' has no value in any of the rows to train on; remove the"
                                            + " column, or use missing = zero",
                                    part.dataset().featureNames().get(feature))));
        }
    }

    /** A second pass over the rows, because the one-pass formula cancels when the mean is large. */
    private static void standardDeviations(
            DataPart part, double[] replacements, double[] mean, long[] count, double[] deviation) {
        Arrays.fill(deviation, 0);
        forEachValue(
                part,
                replacements,
                (feature, value) -> {
                    double difference = value - mean[feature];
                    deviation[feature] += difference * difference;
                });
        for (int feature = 0; feature < mean.length; feature++) {
            deviation[feature] = Math.sqrt(deviation[feature] / count[feature]);
        }
    }

    /** Visits each number of the rows, row by row, without the padding of sequences. */
    private static void forEachValue(DataPart part, double[] replacements, ValueVisitor visitor) {
        Dataset dataset = part.dataset();
        int features = features(dataset);
        float[] values = new float[dataset.featureCount()];
        int stride = values.length / features;
        for (int row : part.rows()) {
            dataset.features().read(row, values, 0);
            int length = length(dataset, row, stride);
            for (int feature = 0; feature < features; feature++) {
                for (int i = feature * stride; i < feature * stride + length; i++) {
                    boolean replaced = replacements.length > 0 && Float.isNaN(values[i]);
                    visitor.visit(feature, replaced ? replacements[feature] : values[i]);
                }
            }
        }
    }

    /** How many numbers of a feature of a row count. */
    private static int length(Dataset dataset, int row, int stride) {
        return dataset.lengths().isPresent() ? dataset.length(row) : stride;
    }

    /** How many features have a scale of their own: in images, the channels. */
    static int features(Dataset dataset) {
        return dataset.featureShape().get(0);
    }

    /** Whether this was fitted on data with as many features. */
    boolean fits(Dataset dataset) {
        int fitted = fittedFeatures();
        return fitted == 0 || fitted == features(dataset);
    }

    /** How many features the data had that this was fitted on; 0 if it fits any. */
    int fittedFeatures() {
        return Math.max(replacements.length, shift.length);
    }

    /**
     * Replaces missing values and normalizes, in all rows. Features on the heap are changed in
     * place.
     *
     * @return the normalized data set
     * @throws IllegalArgumentException if the data has another number of features
     */
    public Dataset apply(Dataset dataset) {
        if (!fits(dataset)) {
            throw new IllegalArgumentException(
                    "fitted on "
                            + fittedFeatures()
                            + " features, the data has "
                            + features(dataset));
        }
        return fittedFeatures() == 0
                ? dataset
                : dataset.withFeatures(
                        dataset.features()
                                .changed((row, values, at) -> apply(dataset, row, values, at)));
    }

    private void apply(Dataset dataset, int row, float[] values, int at) {
        int features = fittedFeatures();
        int stride = dataset.featureCount() / features;
        int length = length(dataset, row, stride);
        for (int feature = 0; feature < features; feature++) {
            int start = at + feature * stride;
            for (int i = start; i < start + length; i++) {
                values[i] = (float) normalized(feature, values[i]);
            }
        }
    }

    private double normalized(int feature, float value) {
        double known =
                replacements.length > 0 && Float.isNaN(value) ? replacements[feature] : value;
        return shift.length == 0 ? known : (known - shift[feature]) / scale[feature];
    }

    @FunctionalInterface
    private interface ValueVisitor {
        void visit(int feature, double value);
    }

    /**
     * A copy of what replaces missing values, one for each feature; empty if none may be missing.
     */
    @Override
    public double[] replacements() {
        return replacements.clone();
    }

    /** A copy of the numbers that are subtracted, one for each feature. */
    @Override
    public double[] shift() {
        return shift.clone();
    }

    /** A copy of the numbers that are divided by, one for each feature. */
    @Override
    public double[] scale() {
        return scale.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Normalizer that
                && kind == that.kind
                && Arrays.equals(replacements, that.replacements)
                && Arrays.equals(shift, that.shift)
                && Arrays.equals(scale, that.scale);
    }

    @Override
    public int hashCode() {
        int numbers = 31 * Arrays.hashCode(shift) + Arrays.hashCode(scale);
        return 31 * (31 * kind.hashCode() + Arrays.hashCode(replacements)) + numbers;
    }
}
