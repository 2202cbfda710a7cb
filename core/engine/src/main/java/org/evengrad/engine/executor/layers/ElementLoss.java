package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.RowLoss;

/** An activation, and a loss of each number that it gives. */
public final class ElementLoss implements RowLoss {
    private final NumberLoss loss;
    private final Nonlinearity activation;
    private final float[] weights;
    private final boolean mean;

    /**
     * A loss.
     *
     * @param weights what the loss of each output is multiplied by; empty for 1
     * @param mean whether a row's loss is the mean over its outputs, and not their sum
     */
    public ElementLoss(NumberLoss loss, Nonlinearity activation, float[] weights, boolean mean) {
        this.loss = loss;
        this.activation = activation;
        this.weights = weights.clone();
        this.mean = mean;
    }

    @Override
    public void predict(float[] values, float[] scratch, int rows, int width) {
        if (!activation.isIdentity()) {
            activation.forward(values, values, rows * width);
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
        int size = rows * width;
        float share = mean ? 1f / width : 1;
        double sum = 0;
        for (int from = 0; from < size; from += width) {
            for (int i = from; i < from + width; i++) {
                float factor = weights.length == 0 ? share : share * weights[i - from];
                if (factors != null) {
                    factor *= factors[i];
                }
                if (factor == 0) {
                    targets[i] = 0;
                } else {
                    float target = targets[i];
                    sum += factor * loss.of(predictions[i], target);
                    targets[i] = factor * loss.slope(predictions[i], target);
                }
            }
        }
        if (!activation.isIdentity()) {
            activation.backward(preActivations, predictions, targets, size);
        }
        System.arraycopy(targets, 0, preActivations, 0, size);
        return sum;
    }
}
