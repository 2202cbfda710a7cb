package org.evengrad.engine.metrics;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How close numbers come: {@code r2}, {@code rmse}, {@code mae}.
 *
 * <p>{@code r2} is 1 - sum of squared errors / sum of squared distances to the mean of these very
 * targets, computed for each output; of several outputs it is the mean. It is undefined where the
 * targets of an output are all the same. {@code rmse} and {@code mae} are over all numbers of all
 * outputs alike.
 */
final class RegressionMetrics implements TaskMetrics {
    private final int outputs;
    private final double[] mean;
    private final double[] squaredDistances;
    private final double[] squaredErrors;
    private double absoluteErrors;
    private long answers;

    RegressionMetrics(int outputs) {
        this.outputs = outputs;
        mean = new double[outputs];
        squaredDistances = new double[outputs];
        squaredErrors = new double[outputs];
    }

    @Override
    public void add(float[] predictions, float[] targets, int at, int stride) {
        answers++;
        for (int i = at, o = 0; o < outputs; o++, i += stride) {
            double error = (double) predictions[i] - targets[i];
            squaredErrors[o] += error * error;
            absoluteErrors += Math.abs(error);
            // Welford's way: exact for targets that are all the same, and far from 0 alike.
            double distance = targets[i] - mean[o];
            mean[o] += distance / answers;
            squaredDistances[o] += distance * (targets[i] - mean[o]);
        }
    }

    @Override
    public Map<String, Double> values() {
        double r2 = 0;
        double squares = 0;
        for (int o = 0; o < outputs; o++) {
            r2 += squaredDistances[o] > 0 ? 1 - squaredErrors[o] / squaredDistances[o] : Double.NaN;
            squares += squaredErrors[o];
        }
        double numbers = (double) answers * outputs;
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("r2", r2 / outputs);
        values.put("rmse", Math.sqrt(squares / numbers));
        values.put("mae", absoluteErrors / numbers);
        return values;
    }
}
