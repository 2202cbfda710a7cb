package org.evengrad.diagnosis;

import java.util.Arrays;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.metrics.Scoring;
import org.evengrad.engine.network.Network.Batch;

/** The losses that a network without knowledge of its input has on some examples. */
public final class NullLoss {
    private final Task task;
    private final Loss loss;
    private final int rows;
    private final int outputs;
    private final int steps;
    private final float[] targets;
    private final float[] mask;

    /**
     * Copies the targets of a batch.
     *
     * @param batch at least one example
     * @param task what the targets are
     * @param loss how predictions are scored
     * @param outputs targets of an example, or of a time step of it
     */
    public NullLoss(Batch batch, Task task, Loss loss, int outputs) {
        this.task = task;
        this.loss = loss;
        this.outputs = outputs;
        rows = batch.rows();
        steps = batch.steps();
        targets = new float[rows * outputs * steps];
        batch.targets().get(0, targets, 0, targets.length);
        if (steps > 1 && batch.mask().isPresent()) {
            mask = new float[rows * steps];
            batch.mask().get().get(0, mask, 0, mask.length);
        } else {
            mask = null;
        }
    }

    /** The loss of predicting base rates, the mean, or the median: whatever is best. */
    public double ofBestConstant() {
        return ofConstantsOf(this);
    }

    /** The loss of the base rates, the means, or the medians of other targets. */
    double ofConstantsOf(NullLoss others) {
        double[][] sorted = others.sortedTargets();
        double[] means = new double[outputs];
        double[] medians = new double[outputs];
        for (int output = 0; output < outputs; output++) {
            means[output] = Arrays.stream(sorted[output]).average().orElse(0);
            medians[output] = sorted[output][sorted[output].length / 2];
        }
        return switch (loss) {
            case CROSS_ENTROPY, BINARY_CROSS_ENTROPY, MSE -> of(means);
            case MAE, HUBER -> Math.min(of(means), of(medians));
        };
    }

    /**
     * The loss when all outputs are zero before their activation, and at least that of the best
     * constant: about what a healthy network begins with. Targets that lie far from zero make it
     * large, and that is no fault of the network.
     */
    double ofZeroOutputs() {
        double[] zeros = new double[outputs];
        switch (loss) {
            case CROSS_ENTROPY -> Arrays.fill(zeros, 1.0 / outputs);
            case BINARY_CROSS_ENTROPY -> Arrays.fill(zeros, 0.5);
            case MSE, MAE, HUBER -> {}
        }
        return Math.max(of(zeros), ofBestConstant());
    }

    private double of(double[] constants) {
        float[] predictions = new float[targets.length];
        for (int i = 0; i < predictions.length; i++) {
            predictions[i] = (float) constants[i / steps % outputs];
        }
        Scoring scoring = new Scoring(task, loss, outputs);
        scoring.addLoss(predictions, targets, rows, steps, mask);
        return scoring.loss();
    }

    private double[][] sortedTargets() {
        double[][] sorted = new double[outputs][];
        for (int output = 0; output < outputs; output++) {
            double[] values = new double[rows * steps];
            int count = 0;
            for (int row = 0; row < rows; row++) {
                for (int step = 0; step < steps; step++) {
                    if (mask == null || mask[row * steps + step] != 0) {
                        values[count++] = targets[(row * outputs + output) * steps + step];
                    }
                }
            }
            sorted[output] = Arrays.copyOf(values, count);
            Arrays.sort(sorted[output]);
        }
        return sorted;
    }
}
