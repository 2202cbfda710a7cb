package org.evengrad.engine.data;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;

/**
 * All rows of a data set.
 *
 * @param features a row each, of {@link #featureCount()} numbers
 * @param featureShape the shape of one row: {@code [features]}, {@code [channels, height, width]}
 *     for images, or {@code [features, steps]} for sequences, where all steps of the first feature
 *     come first
 * @param symbols 0, or how many symbols there are when the features are numbers of symbols, from 0;
 *     the shape is {@code [1, steps]} then
 * @param lengths how many steps of each row count, the others being padding at its end; empty when
 *     all do
 * @param targets a row each, of {@link #targetWidth()} x {@code targetSteps} numbers, all steps of
 *     the first target first; a class is its index
 * @param targetSteps 1, or the steps of the features when each step has targets
 * @param task what the targets are
 * @param classes the names of the classes in the order of their indices, or of the labels of a
 *     multi-label task; empty for regression
 * @param featureNames a name for each feature; empty for images and symbols
 * @param groups the group of each row, from 0; empty if there are no groups
 * @param times when each row was, on any scale; empty if rows are in the order of time, or in none
 */
public record Dataset(
        FloatTable features,
        List<Integer> featureShape,
        int symbols,
        Optional<int[]> lengths,
        FloatTable targets,
        int targetSteps,
        Task task,
        List<String> classes,
        List<String> featureNames,
        Optional<int[]> groups,
        Optional<double[]> times) {
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
        int rows = features.rows();
        require(rows > 0, "no rows");
        require(
                features.width() == size(featureShape),
                features.width() + " features in rows of shape " + featureShape);
        require(targets.rows() == rows, targets.rows() + " targets for " + rows + " rows");
        require(
                symbols == 0 || featureShape.size() == 2 && featureShape.get(0) == 1,
                "symbols in rows of shape " + featureShape);
        require(
                targetSteps == 1 || featureShape.size() == 2 && featureShape.get(1) == targetSteps,
                "targets for " + targetSteps + " steps of rows of shape " + featureShape);
        int width = targets.width() / targetSteps;
        require(
                targets.width() % targetSteps == 0 && (task != Task.CLASSIFICATION || width == 1),
                task + " with " + targets.width() + " targets in " + targetSteps + " steps");
        require((task == Task.REGRESSION) == classes.isEmpty(), task + " with classes " + classes);
        require(task != Task.MULTI_LABEL || classes.size() == width, width + " of " + classes);
        require(lengths.map(each -> each.length == rows).orElse(true), "not a length a row");
        require(groups.map(each -> each.length == rows).orElse(true), "not a group a row");
        require(times.map(each -> each.length == rows).orElse(true), "not a time a row");
    }

    /**
     * Rows on the heap, with targets for the whole row. The arrays are shared, not copied.
     *
     * @param features rows x features, row by row
     * @param rows how many rows, at least 1
     * @param targets rows x {@code targetWidth} numbers, row by row
     * @param targetWidth how many targets a row has; 1 for classification
     * @throws IllegalArgumentException if the sizes do not agree
     */
    public Dataset(
            float[] features,
            int rows,
            List<Integer> featureShape,
            float[] targets,
            int targetWidth,
            Task task,
            List<String> classes,
            List<String> featureNames) {
        this(
                FloatTable.of(features, size(featureShape)),
                featureShape,
                0,
                Optional.empty(),
                FloatTable.of(targets, targetWidth),
                1,
                task,
                classes,
                featureNames,
                Optional.empty(),
                Optional.empty());
        require(features().rows() == rows, features().rows() + " rows instead of " + rows);
    }

    /** How many rows there are. */
    public int rows() {
        return features.rows();
    }

    /** How many numbers a row has: the product of {@link #featureShape()}. */
    public int featureCount() {
        return features.width();
    }

    /** How many targets a row has, or a step of it if {@link #targetSteps()} is not 1. */
    public int targetWidth() {
        return targets.width() / targetSteps;
    }

    /** The steps of a sequence with its padding; 1 for other data. */
    public int steps() {
        return featureShape.size() == 2 ? featureShape.get(1) : 1;
    }

    /** How many steps of a row count. */
    public int length(int row) {
        return lengths.isPresent() ? lengths.get()[row] : steps();
    }

    /** The same data set with other features of the same shape. */
    Dataset withFeatures(FloatTable changed) {
        return new Dataset(
                changed,
                featureShape,
                symbols,
                lengths,
                targets,
                targetSteps,
                task,
                classes,
                featureNames,
                groups,
                times);
    }

    /** The same data set with other targets of the same shape. */
    Dataset withTargets(FloatTable changed) {
        return new Dataset(
                features,
                featureShape,
                symbols,
                lengths,
                changed,
                targetSteps,
                task,
                classes,
                featureNames,
                groups,
                times);
    }

    /** All rows in their order, as one part. */
    public DataPart all() {
        int[] indices = new int[rows()];
        for (int row = 0; row < indices.length; row++) {
            indices[row] = row;
        }
        return new DataPart(this, indices);
    }

    private static int size(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
