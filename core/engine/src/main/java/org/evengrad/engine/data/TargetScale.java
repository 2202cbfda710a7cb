package org.evengrad.engine.data;

import java.util.Arrays;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Brings numbers to predict to mean 0 and standard deviation 1: {@code (y - mean) / deviation} for
 * each target. Fitted on the training rows alone. A network learns the scaled numbers; people see
 * the original ones.
 *
 * <p>A target that is constant in the training rows gets deviation 1. In a sequence, a target has
 * one scale for all steps, and padding neither counts nor changes. Without any target, nothing
 * changes.
 *
 * @param mean subtracted from each target
 * @param deviation what each target is then divided by (divided by n), greater than zero
 */
public record TargetScale(double[] mean, double[] deviation) {
    /**
     * Checks the numbers, which may come from a stored model.
     *
     * @throws IllegalArgumentException if there are not as many of both, a number is not finite, or
     *     a deviation is not above zero
     */
    public TargetScale {
        mean = mean.clone();
        deviation = deviation.clone();
        boolean finite =
                Arrays.stream(mean).allMatch(Double::isFinite)
                        && Arrays.stream(deviation).allMatch(Double::isFinite);
        if (mean.length != deviation.length
                || !finite
                || Arrays.stream(deviation).anyMatch(each -> each <= 0)) {
            throw new IllegalArgumentException(
                    "means " + Arrays.toString(mean) + " and " + Arrays.toString(deviation));
        }
    }

    /** Changes nothing. */
    public static TargetScale none() {
        return new TargetScale(new double[0], new double[0]);
    }

    /**
     * Finds the numbers.
     *
     * @param part the training rows, at least one
     * @throws IllegalArgumentException if the part is empty
     * @throws InvalidInputException if the targets are no numbers
     */
    static TargetScale fit(DataPart part) {
        Dataset dataset = part.dataset();
        if (dataset.task() != Task.REGRESSION) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.normalize-targets",
                            "scales numbers to predict, and these targets are "
                                    + (dataset.task() == Task.CLASSIFICATION ? "classes" : "labels")
                                    + "; leave it out"));
        }
        if (part.isEmpty()) {
            throw new IllegalArgumentException("a scale needs rows to be fitted on");
        }
        int width = dataset.targetWidth();
        double[] mean = new double[width];
        double[] smallest = new double[width];
        double[] largest = new double[width];
        Arrays.fill(smallest, Double.POSITIVE_INFINITY);
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        long[] count = new long[width];
        forEachTarget(
                part,
                (target, value) -> {
                    mean[target] += value;
                    smallest[target] = Math.min(smallest[target], value);
                    largest[target] = Math.max(largest[target], value);
                    count[target]++;
                });
        for (int target = 0; target < width; target++) {
            mean[target] /= count[target];
        }
        // A second pass, because the one-pass formula cancels when the mean is large.
        double[] squares = new double[width];
        forEachTarget(
                part,
                (target, value) -> {
                    double distance = value - mean[target];
                    squares[target] += distance * distance;
                });
        double[] deviation = new double[width];
        for (int target = 0; target < width; target++) {
            boolean constant = largest[target] == smallest[target];
            deviation[target] = constant ? 1 : Math.sqrt(squares[target] / count[target]);
            mean[target] = constant ? largest[target] : mean[target];
        }
        return new TargetScale(mean, deviation);
    }

    private static void forEachTarget(DataPart part, TargetVisitor visitor) {
        Dataset dataset = part.dataset();
        int steps = dataset.targetSteps();
        float[] values = new float[dataset.targets().width()];
        for (int row : part.rows()) {
            dataset.targets().read(row, values, 0);
            int length = length(dataset, row);
            for (int target = 0; target < dataset.targetWidth(); target++) {
                for (int step = 0; step < length; step++) {
                    visitor.visit(target, values[target * steps + step]);
                }
            }
        }
    }

    private static int length(Dataset dataset, int row) {
        return dataset.targetSteps() == 1 ? 1 : dataset.length(row);
    }

    /** Whether this changes nothing. */
    public boolean isNone() {
        return mean.length == 0;
    }

    /**
     * Scales the targets of all rows. Targets on the heap are changed in place.
     *
     * @return the scaled data set
     * @throws InvalidInputException if the data has another number of targets, or they are no
     *     numbers
     */
    Dataset apply(Dataset dataset) {
        if (isNone()) {
            return dataset;
        }
        if (dataset.task() != Task.REGRESSION || dataset.targetWidth() != mean.length) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.source",
                            String.format(
                                    "the model was trained on %d numbers to predict, which this"
                                            + " data does not have",
                                    mean.length)));
        }
        int steps = dataset.targetSteps();
        return dataset.withTargets(
                dataset.targets()
                        .changed(
                                (row, values, at) -> {
                                    int length = length(dataset, row);
                                    for (int target = 0; target < mean.length; target++) {
                                        int from = at + target * steps;
                                        scale(target, values, from, from + length);
                                    }
                                }));
    }

    private void scale(int target, float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            values[i] = (float) ((values[i] - mean[target]) / deviation[target]);
        }
    }

    /**
     * Brings scaled numbers back to the original scale, in place: predictions and targets alike.
     *
     * @param values rows x targets x steps, row by row, the steps of a target side by side; the
     *     array may be longer
     */
    public void restore(float[] values, int rows, int steps) {
        int width = mean.length;
        for (int i = 0; i < rows * width * steps; i++) {
            int target = i / steps % width;
            values[i] = (float) (values[i] * deviation[target] + mean[target]);
        }
    }

    @FunctionalInterface
    private interface TargetVisitor {
        void visit(int target, double value);
    }

    /** A copy of the numbers that are subtracted, one for each target. */
    @Override
    public double[] mean() {
        return mean.clone();
    }

    /** A copy of the numbers that are divided by, one for each target. */
    @Override
    public double[] deviation() {
        return deviation.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TargetScale that
                && Arrays.equals(mean, that.mean)
                && Arrays.equals(deviation, that.deviation);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(mean) + Arrays.hashCode(deviation);
    }
}
