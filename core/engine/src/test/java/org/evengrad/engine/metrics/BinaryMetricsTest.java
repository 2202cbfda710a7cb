package org.evengrad.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BinaryMetricsTest {
    private static BinaryMetrics metrics(int outputs, float[] predictions, float[] targets) {
        BinaryMetrics metrics = new BinaryMetrics(outputs, true);
        for (int at = 0; at < targets.length; at += outputs) {
            metrics.add(predictions, targets, at, 1);
        }
        return metrics;
    }

    @Test
    void areWhatTheirFormulasSay() {
        Random random = new Random(3);
        int rows = 200;
        float[] targets = new float[rows];
        float[] predictions = new float[rows];
        double[] scores = new double[rows];
        boolean[] positive = new boolean[rows];
        double[][] counts = new double[2][2];
        double logLoss = 0;
        for (int i = 0; i < rows; i++) {
            positive[i] = random.nextInt(4) == 0;
            targets[i] = positive[i] ? 1 : 0;
            // Hundredths, so that there are ties.
            predictions[i] =
                    (1 + random.nextInt(80) + (positive[i] ? random.nextInt(19) : 0)) / 100f;
            scores[i] = predictions[i];
            counts[positive[i] ? 1 : 0][predictions[i] >= 0.5f ? 1 : 0]++;
            logLoss -=
                    (positive[i] ? Math.log(predictions[i]) : Math.log(1.0 - predictions[i]))
                            / rows;
        }
        double precision = counts[1][1] / (counts[0][1] + counts[1][1]);
        double recall = counts[1][1] / (counts[1][0] + counts[1][1]);
        double f1 = 2 * precision * recall / (precision + recall);
        double precision0 = counts[0][0] / (counts[0][0] + counts[1][0]);
        double recall0 = counts[0][0] / (counts[0][0] + counts[0][1]);
        double f1Of0 = 2 * precision0 * recall0 / (precision0 + recall0);

        BinaryMetrics metrics = metrics(1, predictions, targets);
        Map<String, Double> values = metrics.values();
        assertEquals(
                List.of("accuracy", "auc", "precision", "recall", "f1", "macroF1", "logLoss"),
                List.copyOf(values.keySet()));
        assertEquals((counts[0][0] + counts[1][1]) / rows, values.get("accuracy"), 1e-15);
        assertEquals(RankStatisticTest.pairs(scores, positive), values.get("auc"), 1e-15);
        assertEquals(precision, values.get("precision"), 1e-15);
        assertEquals(recall, values.get("recall"), 1e-15);
        assertEquals(f1, values.get("f1"), 1e-15);
        assertEquals((f1 + f1Of0) / 2, values.get("macroF1"), 1e-15);
        assertEquals(logLoss, values.get("logLoss"), 1e-12);
        assertEquals(
                Optional.of(
                        new Confusion(
                                List.of(
                                        List.of((long) counts[0][0], (long) counts[0][1]),
                                        List.of((long) counts[1][0], (long) counts[1][1])))),
                metrics.confusion());
    }

    @Test
    void twoOutputsSayTheSameAsOne() {
        float[] one = {0.75f, 0.25f, 0.625f, 0.125f, 0.375f};
        float[] targets = {1, 0, 0, 0, 1};
        float[] two = new float[10];
        float[] oneHot = new float[10];
        for (int i = 0; i < one.length; i++) {
            two[2 * i] = 1 - one[i];
            two[2 * i + 1] = one[i];
            oneHot[2 * i + (int) targets[i]] = 1;
        }
        assertEquals(metrics(1, one, targets).values(), metrics(2, two, oneHot).values());
        assertEquals(metrics(1, one, targets).confusion(), metrics(2, two, oneHot).confusion());
    }

    @Test
    void rankSaturatedSoftmaxRowsByTheirSmallOutput() {
        float[] predictions = {1e-9f, 1, 1e-12f, 1, 1, 1e-9f, 1, 1e-12f};
        float[] oneHot = {1, 0, 0, 1, 0, 1, 1, 0};
        // The positives score 1 - 1e-12 and 1e-9 - 1, the negatives 1 - 1e-9 and 1e-12 - 1.
        assertEquals(0.75, metrics(2, predictions, oneHot).values().get("auc"));
    }

    @Test
    void aHalfIsTheSecondClassForOneOutputAndTheFirstOfTwo() {
        assertEquals(1, metrics(1, new float[] {0.5f}, new float[] {1}).values().get("accuracy"));
        assertEquals(
                1,
                metrics(2, new float[] {0.5f, 0.5f}, new float[] {1, 0}).values().get("accuracy"));
    }

    @Test
    void oneClassLeavesUndefinedWhatNeedsBoth() {
        Map<String, Double> values =
                metrics(1, new float[] {0.2f, 0.4f}, new float[] {0, 0}).values();
        assertEquals(1, values.get("accuracy"));
        assertEquals(1, values.get("macroF1"));
        for (String name : List.of("auc", "precision", "recall", "f1")) {
            assertTrue(Double.isNaN(values.get(name)), name);
        }
    }

    @Test
    void aMissedClassHasAnF1OfZero() {
        Map<String, Double> values =
                metrics(1, new float[] {0.2f, 0.4f}, new float[] {0, 1}).values();
        assertEquals(0, values.get("f1"));
        assertEquals(0, values.get("recall"));
        assertTrue(Double.isNaN(values.get("precision")));
        assertEquals((2.0 / 3 + 0) / 2, values.get("macroF1"), 1e-15);
    }

    @Test
    void aNanIsNeverRightAndMakesTheRestUndefined() {
        BinaryMetrics metrics = metrics(1, new float[] {0.9f, Float.NaN}, new float[] {1, 0});
        Map<String, Double> values = metrics.values();
        assertEquals(0.5, values.get("accuracy"));
        for (String name : List.of("auc", "precision", "recall", "f1", "macroF1", "logLoss")) {
            assertTrue(Double.isNaN(values.get(name)), name);
        }
        assertTrue(metrics.confusion().isEmpty());
    }

    @Test
    void aSureMistakeHasAFiniteLogLoss() {
        assertEquals(
                -Math.log(1e-10),
                metrics(1, new float[] {0}, new float[] {1}).values().get("logLoss"),
                1e-12);
    }

    @Test
    void outputsThatAreNoProbabilitiesHaveNoLogLoss() {
        assertFalse(new BinaryMetrics(2, false).values().containsKey("logLoss"));
    }
}
