package org.evengrad.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultiLabelMetricsTest {
    private static Map<String, Double> values(int labels, float[] predictions, float[] targets) {
        MultiLabelMetrics metrics = new MultiLabelMetrics(labels);
        for (int at = 0; at < targets.length; at += labels) {
            metrics.add(predictions, targets, at, 1);
        }
        return metrics.values();
    }

    @Test
    void areWhatTheirFormulasSay() {
        Random random = new Random(9);
        int labels = 5;
        int rows = 90;
        float[] targets = new float[labels * rows];
        float[] predictions = new float[targets.length];
        for (int i = 0; i < targets.length; i++) {
            // Label 3 is never on; label 4 neither, and nobody says so.
            targets[i] = i % labels < 3 && random.nextInt(3) == 0 ? 1 : 0;
            predictions[i] = i % labels == 4 ? 0.1f : 0.3f * targets[i] + random.nextInt(70) / 100f;
        }
        double right = 0;
        double exact = 0;
        for (int row = 0; row < rows; row++) {
            int rightHere = 0;
            for (int o = 0; o < labels; o++) {
                int i = row * labels + o;
                rightHere += predictions[i] >= 0.5f == targets[i] > 0 ? 1 : 0;
            }
            right += rightHere;
            exact += rightHere == labels ? 1 : 0;
        }
        double f1 = 0;
        double area = 0;
        for (int o = 0; o < 4; o++) {
            double hits = 0;
            double misses = 0;
            double falseAlarms = 0;
            double[] scores = new double[rows];
            boolean[] positive = new boolean[rows];
            for (int row = 0; row < rows; row++) {
                int i = row * labels + o;
                scores[row] = predictions[i];
                positive[row] = targets[i] > 0;
                boolean said = predictions[i] >= 0.5f;
                hits += said && positive[row] ? 1 : 0;
                misses += !said && positive[row] ? 1 : 0;
                falseAlarms += said && !positive[row] ? 1 : 0;
            }
            f1 += hits / (hits + (misses + falseAlarms) / 2) / 4;
            area += o < 3 ? RankStatisticTest.pairs(scores, positive) / 3 : 0;
        }
        Map<String, Double> values = values(labels, predictions, targets);
        assertEquals(
                List.of("accuracy", "exactMatch", "macroF1", "auc"), List.copyOf(values.keySet()));
        assertEquals(right / targets.length, values.get("accuracy"), 1e-15);
        assertEquals(exact / rows, values.get("exactMatch"), 1e-15);
        assertEquals(f1, values.get("macroF1"), 1e-15);
        assertEquals(area, values.get("auc"), 1e-15);
    }

    @Test
    void oneRowHasNoAuc() {
        Map<String, Double> values = values(2, new float[] {0.5f, 0.4f}, new float[] {1, 1});
        assertEquals(0.5, values.get("accuracy"));
        assertEquals(0, values.get("exactMatch"));
        assertEquals(0.5, values.get("macroF1"));
        assertTrue(Double.isNaN(values.get("auc")));
    }

    @Test
    void aNanIsNeverRightAndMakesTheRestUndefined() {
        Map<String, Double> values =
                values(2, new float[] {0.9f, Float.NaN, 0.9f, 0.1f}, new float[] {1, 0, 1, 0});
        assertEquals(0.75, values.get("accuracy"));
        assertEquals(0.5, values.get("exactMatch"));
        assertTrue(Double.isNaN(values.get("macroF1")));
        assertTrue(Double.isNaN(values.get("auc")));
    }
}
