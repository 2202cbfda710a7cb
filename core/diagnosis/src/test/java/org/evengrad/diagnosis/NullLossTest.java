package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.data.Dataset;
import org.junit.jupiter.api.Test;

class NullLossTest {
    private static Dataset data(Task task, List<String> classes, int width, float... targets) {
        int rows = targets.length / width;
        return new Dataset(
                new float[rows], rows, List.of(1), targets, width, task, classes, List.of("x"));
    }

    @Test
    void ofCrossEntropyIsTheEntropyOfTheClassShares() {
        Dataset data = data(Task.CLASSIFICATION, List.of("a", "b"), 1, 0, 0, 0, 1);
        double expected = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
        assertEquals(expected, NullLoss.of(data.all(), Loss.CROSS_ENTROPY), 1e-12);
        assertEquals(expected, NullLoss.of(data.all(), Loss.BINARY_CROSS_ENTROPY), 1e-12);
    }

    @Test
    void ofSquaredErrorIsTheVarianceAveragedOverOutputs() {
        Dataset data = data(Task.REGRESSION, List.of(), 2, 0, 10, 2, 10, 4, 16);
        assertEquals((8.0 / 3 + 8) / 2, NullLoss.of(data.all(), Loss.MSE), 1e-12);
    }

    @Test
    void ofSquaredErrorOnClassesIsThatOfTheirShares() {
        Dataset data = data(Task.CLASSIFICATION, List.of("a", "b"), 1, 0, 1);
        assertEquals(0.25, NullLoss.of(data.all(), Loss.MSE), 1e-12);
    }

    @Test
    void ofZeroOutputsIsWhatAHealthyNetworkBeginsWith() {
        Dataset classes = data(Task.CLASSIFICATION, List.of("a", "b", "c"), 1, 0, 0, 0, 1, 2);
        assertEquals(Math.log(3), NullLoss.ofZeroOutputs(classes.all(), Loss.CROSS_ENTROPY), 1e-12);
        assertEquals(1.0 / 3, NullLoss.ofZeroOutputs(classes.all(), Loss.MSE), 1e-12);
        Dataset yesNo = data(Task.CLASSIFICATION, List.of("a", "b"), 1, 0, 1, 1, 1);
        assertEquals(
                Math.log(2), NullLoss.ofZeroOutputs(yesNo.all(), Loss.BINARY_CROSS_ENTROPY), 1e-12);
        Dataset far = data(Task.REGRESSION, List.of(), 1, 99, 101);
        assertEquals(
                (99 * 99 + 101 * 101) / 2.0, NullLoss.ofZeroOutputs(far.all(), Loss.MSE), 1e-9);
    }
}
