package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.Network.Batch;
import org.junit.jupiter.api.Test;

class NullLossTest {
    /** Targets alone, which is all that is read. */
    private record Targets(int rows, int steps, FloatBuffer targets, Optional<FloatBuffer> mask)
            implements Batch {
        @Override
        public double terms() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FloatBuffer features() {
            throw new UnsupportedOperationException();
        }
    }

    private static NullLoss nullLoss(Task task, Loss loss, float[]... rows) {
        int outputs = rows[0].length;
        FloatBuffer targets = FloatBuffer.allocate(rows.length * outputs);
        for (float[] row : rows) {
            targets.put(row);
        }
        return new NullLoss(
                new Targets(rows.length, 1, targets, Optional.empty()), task, loss, outputs);
    }

    private static NullLoss ofClasses(Loss loss, int units, int... classes) {
        float[][] rows = new float[classes.length][units];
        for (int row = 0; row < rows.length; row++) {
            if (units == 1) {
                rows[row][0] = classes[row];
            } else {
                rows[row][classes[row]] = 1;
            }
        }
        return nullLoss(Task.CLASSIFICATION, loss, rows);
    }

    private static NullLoss ofNumbers(Loss loss, float... numbers) {
        float[][] rows = new float[numbers.length][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = new float[] {numbers[row]};
        }
        return nullLoss(Task.REGRESSION, loss, rows);
    }

    @Test
    void ofCrossEntropyIsTheEntropyOfTheClassShares() {
        double expected = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
        assertEquals(expected, ofClasses(Loss.CROSS_ENTROPY, 2, 0, 0, 0, 1).ofBestConstant(), 1e-7);
        assertEquals(
                expected,
                ofClasses(Loss.BINARY_CROSS_ENTROPY, 1, 0, 0, 0, 1).ofBestConstant(),
                1e-7);
    }

    @Test
    void ofSquaredErrorIsTheVarianceAveragedOverOutputs() {
        NullLoss loss =
                nullLoss(
                        Task.REGRESSION,
                        Loss.MSE,
                        new float[] {0, 10},
                        new float[] {2, 10},
                        new float[] {4, 16});
        assertEquals((8.0 / 3 + 8) / 2, loss.ofBestConstant(), 1e-7);
    }

    @Test
    void ofSquaredErrorOnClassesIsThatOfTheirShares() {
        assertEquals(0.25, ofClasses(Loss.MSE, 2, 0, 1).ofBestConstant(), 1e-7);
    }

    @Test
    void ofAbsoluteErrorIsThatOfTheMedian() {
        assertEquals(10.0 / 3, ofNumbers(Loss.MAE, 0, 1, 10).ofBestConstant(), 1e-7);
    }

    @Test
    void ofHuberIsThatOfTheMeanWhereItIsLessThanThatOfTheMedian() {
        // Errors of 1/2 from the mean are squared; from the median one of them would be 1.
        assertEquals(0.125, ofNumbers(Loss.HUBER, 0, 1).ofBestConstant(), 1e-7);
    }

    @Test
    void countsTheTimeStepsThatAreNoPadding() {
        // Two rows of three steps; padding holds nonsense.
        float[] targets = {0, 2, Float.NaN, 4, Float.NaN, Float.NaN};
        float[] mask = {1, 1, 0, 1, 0, 0};
        Batch batch =
                new Targets(2, 3, FloatBuffer.wrap(targets), Optional.of(FloatBuffer.wrap(mask)));
        NullLoss loss = new NullLoss(batch, Task.REGRESSION, Loss.MSE, 1);
        assertEquals(8.0 / 3, loss.ofBestConstant(), 1e-7);
        assertEquals(20.0 / 3, loss.ofZeroOutputs(), 1e-7);
    }

    @Test
    void ofZeroOutputsIsWhatAHealthyNetworkBeginsWith() {
        int[] classes = {0, 0, 0, 1, 2};
        assertEquals(Math.log(3), ofClasses(Loss.CROSS_ENTROPY, 3, classes).ofZeroOutputs(), 1e-7);
        assertEquals(1.0 / 3, ofClasses(Loss.MSE, 3, classes).ofZeroOutputs(), 1e-7);
        assertEquals(
                Math.log(2),
                ofClasses(Loss.BINARY_CROSS_ENTROPY, 1, 0, 1, 1, 1).ofZeroOutputs(),
                1e-7);
        assertEquals(
                (99 * 99 + 101 * 101) / 2.0, ofNumbers(Loss.MSE, 99, 101).ofZeroOutputs(), 1e-9);
    }
}
