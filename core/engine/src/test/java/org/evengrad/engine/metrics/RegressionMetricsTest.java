package org.evengrad.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegressionMetricsTest {
    private static Map<String, Double> values(int outputs, float[] predictions, float[] targets) {
        RegressionMetrics metrics = new RegressionMetrics(outputs);
        for (int at = 0; at < targets.length; at += outputs) {
            metrics.add(predictions, targets, at, 1);
        }
        return metrics.values();
    }

    /** 1 - residual / total, in two passes. */
    private static double r2(float[] predictions, float[] targets, int output, int outputs) {
        double mean = 0;
        int rows = targets.length / outputs;
        for (int row = 0; row < rows; row++) {
            mean += (double) targets[row * outputs + output] / rows;
        }
        double residual = 0;
        double total = 0;
        for (int row = 0; row < rows; row++) {
            int i = row * outputs + output;
            residual += Math.pow((double) predictions[i] - targets[i], 2);
            total += Math.pow(targets[i] - mean, 2);
        }
        return 1 - residual / total;
    }

    @Test
    void areWhatTheirFormulasSay() {
        Random random = new Random(1);
        int outputs = 3;
        float[] targets = new float[outputs * 50];
        float[] predictions = new float[targets.length];
        double squares = 0;
        double sizes = 0;
        for (int i = 0; i < targets.length; i++) {
            targets[i] = 1000 * (i % outputs) + (float) random.nextGaussian();
            predictions[i] = targets[i] + 0.3f * (float) random.nextGaussian();
            squares += Math.pow((double) predictions[i] - targets[i], 2);
            sizes += Math.abs((double) predictions[i] - targets[i]);
        }
        double meanR2 = 0;
        for (int o = 0; o < outputs; o++) {
            meanR2 += r2(predictions, targets, o, outputs) / outputs;
        }
        Map<String, Double> values = values(outputs, predictions, targets);
        assertEquals(List.of("r2", "rmse", "mae"), List.copyOf(values.keySet()));
        assertEquals(meanR2, values.get("r2"), 1e-9);
        assertEquals(Math.sqrt(squares / targets.length), values.get("rmse"), 1e-12);
        assertEquals(sizes / targets.length, values.get("mae"), 1e-12);
    }

    @Test
    void predictingTheMeanExplainsNothingAndTheTargetsEverything() {
        float[] targets = {1, 2, 6};
        assertEquals(0, values(1, new float[] {3, 3, 3}, targets).get("r2"), 1e-12);
        assertEquals(1, values(1, targets, targets).get("r2"));
        assertTrue(values(1, new float[] {9, 9, 9}, targets).get("r2") < 0);
    }

    @Test
    void keepTheirDigitsFarFromZero() {
        float[] targets = {1_000_000, 1_000_001, 1_000_003, 1_000_008};
        float[] predictions = {1_000_001, 1_000_001, 1_000_002, 1_000_007};
        assertEquals(
                r2(predictions, targets, 0, 1), values(1, predictions, targets).get("r2"), 1e-12);
    }

    @Test
    void r2IsUndefinedForTargetsThatAreAllTheSame() {
        Map<String, Double> values =
                values(1, new float[] {1, 2, 3}, new float[] {0.1f, 0.1f, 0.1f});
        assertTrue(Double.isNaN(values.get("r2")));
        assertTrue(values.get("rmse") > 1);
        Map<String, Double> one = values(1, new float[] {1}, new float[] {3});
        assertTrue(Double.isNaN(one.get("r2")));
        assertEquals(2, one.get("rmse"));
        assertEquals(2, one.get("mae"));
    }

    @Test
    void aNanMakesThemAllNan() {
        values(1, new float[] {1, Float.NaN}, new float[] {1, 2})
                .forEach((name, value) -> assertTrue(Double.isNaN(value), name));
    }

    @Test
    void nothingIsUndefinedByName() {
        Map<String, Double> values = new RegressionMetrics(2).values();
        assertEquals(3, values.size());
        values.forEach((name, value) -> assertTrue(Double.isNaN(value), name));
    }
}
