package org.evengrad.engine.data;

import java.util.List;
import org.evengrad.config.DataConfig.Task;

/**
 * All rows of a data set in memory. The arrays are shared, not copied: normalization writes into
 * {@code features}.
 *
 * @param features rows x {@link #featureCount()} numbers, row by row
 * @param rows how many rows, at least 1
 * @param featureShape the shape of one row: {@code [features]}, or {@code [1, height, width]} for
 *     images
 * @param targets rows x {@code targetWidth} numbers, row by row; the class index for classification
 * @param targetWidth how many targets a row has; 1 for classification
 * @param task what the targets are
 * @param classes the names of the classes in the order of their indices; empty for regression
 * @param featureNames a name for each feature; empty for images
 */
public record Dataset(
        float[] features,
        int rows,
        List<Integer> featureShape,
        float[] targets,
        int targetWidth,
        Task task,
        List<String> classes,
        List<String> featureNames) {
    /** The length of the longest array that every JVM gives. */
    static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

    /**
     * Checks that the sizes agree.
     *
     * @throws IllegalArgumentException if they do not
     */
    public Dataset {
        featureShape = List.copyOf(featureShape);
        classes = List.copyOf(classes);
        featureNames = List.copyOf(featureNames);
        if (rows < 1 || features.length != (long) rows * size(featureShape)) {
            throw new IllegalArgumentException(
                    features.length + " features for " + rows + " rows of shape " + featureShape);
        }
        if (targetWidth < 1 || targets.length != (long) rows * targetWidth) {
            throw new IllegalArgumentException(
                    targets.length + " targets for " + rows + " rows of " + targetWidth);
        }
        if ((task == Task.CLASSIFICATION) == classes.isEmpty()) {
            throw new IllegalArgumentException(task + " with classes " + classes);
        }
    }

    /** How many features a row has: the product of {@link #featureShape()}. */
    public int featureCount() {
        return size(featureShape);
    }

    /** All rows in their order, as one part. */
    public DataPart all() {
        int[] indices = new int[rows];
        for (int row = 0; row < rows; row++) {
            indices[row] = row;
        }
        return new DataPart(this, indices);
    }

    private static int size(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
