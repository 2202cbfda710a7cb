package org.evengrad.engine.train;

import java.util.OptionalDouble;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.data.BatchFiller;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.network.Network;

/** Scores a network on a part of the data. For one thread. */
public final class Evaluator {
    private static final int ROWS_AT_ONCE = 256;

    /** Probabilities of a softmax are kept away from 0 by this much, as DL4J does. */
    private static final double SMALLEST_PROBABILITY = 1e-10;

    /** Those of a sigmoid are kept away from 0 and 1 by this much, as DL4J does. */
    private static final double SIGMOID_MARGIN = 1e-5;

    private final Network network;
    private final Loss loss;
    private final Dataset dataset;
    private final int[] rows;
    private final int[] order;
    private final BatchFiller filler;
    private final int outputs;
    private final float[] predicted;

    /**
     * Prepares to score on a part.
     *
     * @param network gives the predictions
     * @param loss what the network is trained to minimize
     * @param part the examples
     */
    public Evaluator(Network network, Loss loss, DataPart part) {
        this.network = network;
        this.loss = loss;
        dataset = part.dataset();
        rows = part.rows();
        order = new int[rows.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        outputs = network.outputs();
        filler = new BatchFiller(part, outputs);
        predicted = new float[Math.min(ROWS_AT_ONCE, Math.max(1, rows.length)) * outputs];
    }

    /** Runs every example through the network once. */
    public Scores scores() {
        double sum = 0;
        int right = 0;
        for (int from = 0; from < rows.length; from += ROWS_AT_ONCE) {
            int count = Math.min(ROWS_AT_ONCE, rows.length - from);
            Network.Batch batch = network.batch(count);
            filler.copyFeatures(order, from, count, batch.features().rewind());
            network.predict(batch, predicted);
            for (int i = 0; i < count; i++) {
                int row = rows[from + i];
                sum += loss(row, i * outputs);
                right += right(row, i * outputs) ? 1 : 0;
            }
        }
        boolean classification = dataset.task() == Task.CLASSIFICATION;
        return new Scores(
                sum / rows.length,
                classification
                        ? OptionalDouble.of((double) right / rows.length)
                        : OptionalDouble.empty(),
                rows.length);
    }

    private double loss(int row, int at) {
        return switch (loss) {
            // A NaN stays one: Math.max and Math.min pass it on.
            case CROSS_ENTROPY ->
                    -Math.log(Math.max(SMALLEST_PROBABILITY, predicted[at + classOf(row)]));
            case BINARY_CROSS_ENTROPY -> binary(predicted[at], classOf(row));
            case MSE -> meanSquare(row, at);
        };
    }

    private static double binary(double probability, int classIndex) {
        double kept = Math.max(SIGMOID_MARGIN, Math.min(1 - SIGMOID_MARGIN, probability));
        return -Math.log(classIndex == 1 ? kept : 1 - kept);
    }

    private double meanSquare(int row, int at) {
        boolean classification = dataset.task() == Task.CLASSIFICATION;
        double sum = 0;
        for (int i = 0; i < outputs; i++) {
            double target;
            if (!classification) {
                target = dataset.targets()[row * outputs + i];
            } else if (outputs == 1) {
                target = classOf(row);
            } else {
                target = i == classOf(row) ? 1 : 0;
            }
            double error = predicted[at + i] - target;
            sum += error * error;
        }
        return sum / outputs;
    }

    private boolean right(int row, int at) {
        if (dataset.task() != Task.CLASSIFICATION || Float.isNaN(predicted[at])) {
            return false;
        }
        if (outputs == 1) {
            return (predicted[at] >= 0.5f ? 1 : 0) == classOf(row);
        }
        int best = 0;
        for (int i = 1; i < outputs; i++) {
            if (predicted[at + i] > predicted[at + best]) {
                best = i;
            }
        }
        return best == classOf(row);
    }

    private int classOf(int row) {
        return (int) dataset.targets()[row];
    }
}
