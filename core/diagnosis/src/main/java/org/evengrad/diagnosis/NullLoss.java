package org.evengrad.diagnosis;

import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.data.Dataset;

/** The losses that a network without knowledge of its input has. */
final class NullLoss {
    private NullLoss() {}

    /**
     * The loss of predicting base rates, or the mean.
     *
     * @param part the examples, at least one
     * @param loss how predictions are scored
     */
    static double of(DataPart part, Loss loss) {
        return part.dataset().task() == Task.CLASSIFICATION ? classes(part, loss) : variance(part);
    }

    /**
     * The loss when all outputs are zero before their activation, and at least that of the best
     * constant: about what a healthy network begins with. Targets that lie far from zero make it
     * large, and that is no fault of the network.
     *
     * @param part the examples, at least one
     * @param loss how predictions are scored
     */
    static double ofZeroOutputs(DataPart part, Loss loss) {
        double zeros =
                switch (loss) {
                    case CROSS_ENTROPY -> Math.log(part.dataset().classes().size());
                    case BINARY_CROSS_ENTROPY -> Math.log(2);
                    case MSE -> meanSquare(part);
                };
        return Math.max(zeros, of(part, loss));
    }

    private static double meanSquare(DataPart part) {
        Dataset dataset = part.dataset();
        if (dataset.task() == Task.CLASSIFICATION) {
            // One target of 1 among the zeros of a one-hot row.
            return 1.0 / dataset.classes().size();
        }
        int width = dataset.targetWidth();
        double sum = 0;
        for (int row : part.rows()) {
            for (int target = 0; target < width; target++) {
                double value = dataset.targets()[row * width + target];
                sum += value * value;
            }
        }
        return sum / part.size() / width;
    }

    private static double classes(DataPart part, Loss loss) {
        Dataset dataset = part.dataset();
        double[] share = new double[dataset.classes().size()];
        for (int row : part.rows()) {
            share[(int) dataset.targets()[row]] += 1.0 / part.size();
        }
        double entropy = 0;
        double squares = 0;
        for (double p : share) {
            entropy -= p > 0 ? p * Math.log(p) : 0;
            squares += p * (1 - p);
        }
        return loss == Loss.MSE ? squares / share.length : entropy;
    }

    private static double variance(DataPart part) {
        Dataset dataset = part.dataset();
        int width = dataset.targetWidth();
        double sum = 0;
        for (int target = 0; target < width; target++) {
            double mean = 0;
            for (int row : part.rows()) {
                mean += dataset.targets()[row * width + target] / (double) part.size();
            }
            for (int row : part.rows()) {
                double difference = dataset.targets()[row * width + target] - mean;
                sum += difference * difference / part.size();
            }
        }
        return sum / width;
    }
}
