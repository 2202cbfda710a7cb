package org.evengrad.engine.data;

import java.util.Arrays;
import org.evengrad.config.DataConfig.Normalize;

/**
 * Brings features to a common scale: {@code (x - shift) / scale} for each feature. Fitted on the
 * training rows alone, so that validation and test tell nothing beforehand.
 *
 * <p>{@code STANDARD} shifts by the mean and scales by the standard deviation (divided by n).
 * {@code MIN_MAX} maps the training rows' smallest value to 0 and the largest to 1; other rows may
 * fall outside. A feature that is constant in the training rows gets scale 1. {@code NONE} changes
 * nothing, and its arrays are empty. Targets are never changed.
 *
 * @param kind how the numbers were found
 * @param shift subtracted from each feature
 * @param scale what each feature is then divided by, greater than zero
 */
public record Normalizer(Normalize kind, double[] shift, double[] scale) {
    /**
     * Checks the numbers, which may come from a stored model.
     *
     * @throws IllegalArgumentException if the arrays do not fit each other and the kind, a number
     *     is not finite, or a scale is not above zero
     */
    public Normalizer {
        shift = shift.clone();
        scale = scale.clone();
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
        if (part.isEmpty()) {
            throw new IllegalArgumentException("a normalizer needs rows to be fitted on");
        }
        if (kind == Normalize.NONE) {
            return none();
        }
        int width = part.dataset().featureCount();
        double[] smallest = new double[width];
        double[] largest = new double[width];
        double[] mean = new double[width];
        Arrays.fill(smallest, Double.POSITIVE_INFINITY);
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        float[] features = part.dataset().features();
        for (int row : part.rows()) {
            for (int feature = 0; feature < width; feature++) {
                double value = features[row * width + feature];
                smallest[feature] = Math.min(smallest[feature], value);
                largest[feature] = Math.max(largest[feature], value);
                mean[feature] += value;
            }
        }
        double[] scale = new double[width];
        for (int feature = 0; feature < width; feature++) {
            mean[feature] /= part.size();
            scale[feature] = largest[feature] - smallest[feature];
        }
        if (kind == Normalize.STANDARD) {
            standardDeviations(part, mean, scale);
        }
        for (int feature = 0; feature < width; feature++) {
            if (largest[feature] == smallest[feature]) {
                mean[feature] = largest[feature];
                scale[feature] = 1;
            }
        }
        return new Normalizer(kind, kind == Normalize.STANDARD ? mean : smallest, scale);
    }

    /** A second pass over the rows, because the one-pass formula cancels when the mean is large. */
    private static void standardDeviations(DataPart part, double[] mean, double[] deviation) {
        int width = mean.length;
        float[] features = part.dataset().features();
        Arrays.fill(deviation, 0);
        for (int row : part.rows()) {
            for (int feature = 0; feature < width; feature++) {
                double difference = features[row * width + feature] - mean[feature];
                deviation[feature] += difference * difference;
            }
        }
        for (int feature = 0; feature < width; feature++) {
            deviation[feature] = Math.sqrt(deviation[feature] / part.size());
        }
    }

    /**
     * Normalizes all rows, in place.
     *
     * @throws IllegalArgumentException if the data has another number of features
     */
    public void apply(Dataset dataset) {
        if (kind == Normalize.NONE) {
            return;
        }
        int width = dataset.featureCount();
        if (width != shift.length) {
            throw new IllegalArgumentException(
                    "fitted on " + shift.length + " features, the data has " + width);
        }
        float[] features = dataset.features();
        for (int start = 0; start < features.length; start += width) {
            for (int feature = 0; feature < width; feature++) {
                int index = start + feature;
                features[index] = (float) ((features[index] - shift[feature]) / scale[feature]);
            }
        }
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
                && Arrays.equals(shift, that.shift)
                && Arrays.equals(scale, that.scale);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * kind.hashCode() + Arrays.hashCode(shift)) + Arrays.hashCode(scale);
    }
}
