package org.evengrad.engine.executor.layers;

import java.util.Arrays;
import org.evengrad.engine.executor.RowLoss;

/** Softmax, and the cross-entropy of what it gives against classes. */
public final class CrossEntropy implements RowLoss {
    private final float[] classWeights;
    private final double smallest;

    /**
     * The loss of rows whose targets are probabilities of classes.
     *
     * @param classWeights what the loss of each class is multiplied by; empty for 1
     * @param smallest below which a probability is not taken to be
     */
    public CrossEntropy(float[] classWeights, double smallest) {
        this.classWeights = classWeights.clone();
        this.smallest = smallest;
    }

    @Override
    public void predict(float[] values, float[] scratch, int rows, int width) {
        int size = rows * width;
        // A loop over a row alone is too short to be quick.
        for (int from = 0; from < size; from += width) {
            Arrays.fill(scratch, from, from + width, largest(values, from, width));
        }
        subtract(values, scratch, size);
        Exponentials.exp(values, size);
        for (int from = 0; from < size; from += width) {
            Arrays.fill(scratch, from, from + width, 1 / RowSums.sum(values, from, width));
        }
        multiply(values, scratch, size);
    }

    private static float largest(float[] values, int from, int size) {
        float largest = values[from];
        for (int i = from + 1; i < from + size; i++) {
            // Math.max takes longer; a NaN is in the differences anyway.
            largest = values[i] > largest ? values[i] : largest;
        }
        return largest;
    }

    private static void subtract(float[] values, float[] by, int size) {
        for (int i = 0; i < size; i++) {
            values[i] -= by[i];
        }
    }

    private static void multiply(float[] values, float[] by, int size) {
        for (int i = 0; i < size; i++) {
            values[i] *= by[i];
        }
    }

    @Override
    public double loss(
            float[] preActivations,
            float[] predictions,
            float[] targets,
            float[] factors,
            int rows,
            int width) {
        double sum = 0;
        for (int from = 0; from < rows * width; from += width) {
            float all = 0;
            for (int i = from; i < from + width; i++) {
                // Most targets are zeros.
                if (targets[i] != 0) {
                    float weight = targets[i];
                    if (classWeights.length > 0) {
                        weight *= classWeights[i - from];
                    }
                    if (factors != null) {
                        weight *= factors[i];
                    }
                    targets[i] = weight;
                    all += weight;
                    if (weight != 0) {
                        // A comparison keeps a NaN.
                        double probability = predictions[i];
                        sum -= weight * Math.log(probability < smallest ? smallest : probability);
                    }
                }
            }
            Arrays.fill(preActivations, from, from + width, all);
        }
        subtractTargets(preActivations, predictions, targets, rows * width);
        return sum;
    }

    /** Softmax and the logarithm in one: p times all targets of its row, less its own. */
    private static void subtractTargets(
            float[] errors, float[] predictions, float[] targets, int size) {
        for (int i = 0; i < size; i++) {
            errors[i] = predictions[i] * errors[i] - targets[i];
        }
    }
}
