package org.evengrad.diagnosis;

import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.data.Dataset;

/** The loss of the best constant prediction: what a network that ignores its input can reach. */
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
