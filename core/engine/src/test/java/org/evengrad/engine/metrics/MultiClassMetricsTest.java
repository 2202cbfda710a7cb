package org.evengrad.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultiClassMetricsTest {
    /** Each row says one class, and another one is right. */
    private static MultiClassMetrics metrics(int classes, int[] predicted, int[] actual) {
        MultiClassMetrics metrics = new MultiClassMetrics(classes);
        float[] predictions = new float[classes];
        float[] targets = new float[classes];
        for (int i = 0; i < actual.length; i++) {
            predictions[predicted[i]] = 0.6f;
            targets[actual[i]] = 1;
            metrics.add(predictions, targets, 0, 1);
            predictions[predicted[i]] = 0;
            targets[actual[i]] = 0;
        }
        return metrics;
    }

    private static double f1(int wanted, int[] predicted, int[] actual) {
        double hits = 0;
        double found = 0;
        double there = 0;
        for (int i = 0; i < actual.length; i++) {
            hits += predicted[i] == wanted && actual[i] == wanted ? 1 : 0;
            found += predicted[i] == wanted ? 1 : 0;
            there += actual[i] == wanted ? 1 : 0;
        }
        if (hits == 0) {
            return found + there == 0 ? Double.NaN : 0;
        }
        double precision = hits / found;
        double recall = hits / there;
        return 2 * precision * recall / (precision + recall);
    }

    @Test
    void areWhatTheirFormulasSayAndLeaveOutClassesThatDoNotOccur() {
        Random random = new Random(5);
        int classes = 7;
        int[] actual = new int[120];
        int[] predicted = new int[actual.length];
        double right = 0;
        for (int i = 0; i < actual.length; i++) {
            actual[i] = random.nextInt(4); // 4 is predicted alone; 5 and 6 do not occur
            predicted[i] = random.nextBoolean() ? actual[i] : random.nextInt(5);
            right += actual[i] == predicted[i] ? 1 : 0;
        }
        double sum = 0;
        for (int c = 0; c < 5; c++) {
            sum += f1(c, predicted, actual);
        }
        Map<String, Double> values = metrics(classes, predicted, actual).values();
        assertEquals(List.of("accuracy", "macroF1"), List.copyOf(values.keySet()));
        assertEquals(right / actual.length, values.get("accuracy"), 1e-15);
        assertEquals(sum / 5, values.get("macroF1"), 1e-15);
    }

    @Test
    void theConfusionHasTrueClassesDownAndPredictedOnesAcross() {
        Optional<Confusion> confusion =
                metrics(3, new int[] {0, 1, 1, 2}, new int[] {0, 0, 1, 0}).confusion();
        assertEquals(
                List.of(List.of(1L, 1L, 1L), List.of(0L, 1L, 0L), List.of(0L, 0L, 0L)),
                confusion.orElseThrow().counts());
        assertEquals(
                List.of("a", "b", "output 3"), confusion.orElseThrow().names(List.of("a", "b")));
    }

    @Test
    void manyClassesHaveNoConfusion() {
        int most = Confusion.MOST_CLASSES;
        assertTrue(metrics(most, new int[] {99}, new int[] {99}).confusion().isPresent());
        MultiClassMetrics more = metrics(most + 1, new int[] {100}, new int[] {100});
        assertTrue(more.confusion().isEmpty());
        assertEquals(1, more.values().get("macroF1"));
    }

    @Test
    void theFirstOfEqualOutputsWins() {
        MultiClassMetrics metrics = new MultiClassMetrics(3);
        metrics.add(new float[] {0.1f, 0.45f, 0.45f}, new float[] {0, 1, 0}, 0, 1);
        assertEquals(1, metrics.values().get("accuracy"));
    }

    @Test
    void aNanIsNeverRightAndMakesTheRestUndefined() {
        MultiClassMetrics metrics = new MultiClassMetrics(3);
        metrics.add(new float[] {1, 0, Float.NaN}, new float[] {1, 0, 0}, 0, 1);
        metrics.add(new float[] {1, 0, 0}, new float[] {1, 0, 0}, 0, 1);
        assertEquals(0.5, metrics.values().get("accuracy"));
        assertTrue(Double.isNaN(metrics.values().get("macroF1")));
        assertTrue(metrics.confusion().isEmpty());
    }
}
