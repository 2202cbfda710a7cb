package org.evengrad.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossFunctionTest {
    private static double of(LossFunction loss, float[] predictions, float... targets) {
        return loss.of(predictions, targets, 0, 1, targets.length);
    }

    @Test
    void crossEntropyIsTheLogarithmOfTheRightClass() {
        float[] predictions = {0.2f, 0.7f, 0.1f};
        assertEquals(-Math.log(0.7f), of(LossFunction.CROSS_ENTROPY, predictions, 0, 1, 0), 1e-15);
        assertEquals(
                -0.5 * (Math.log(0.2f) + Math.log(0.1f)),
                of(LossFunction.CROSS_ENTROPY, predictions, 0.5f, 0, 0.5f),
                1e-15);
        assertEquals(
                -Math.log(1e-10), of(LossFunction.CROSS_ENTROPY, new float[] {0, 1}, 1, 0), 1e-12);
    }

    @Test
    void binaryCrossEntropyAddsUpOverTheLabels() {
        assertEquals(
                -Math.log(0.8f) - Math.log(1 - (double) 0.3f),
                of(LossFunction.BINARY_CROSS_ENTROPY, new float[] {0.8f, 0.3f}, 1, 0),
                1e-12);
        assertEquals(
                -Math.log(1e-5), of(LossFunction.BINARY_CROSS_ENTROPY, new float[] {1}, 0), 1e-9);
    }

    @Test
    void lossesOfNumbersAreMeansOverTheOutputs() {
        float[] predictions = {1, 2.5f, -3};
        float[] targets = {1.5f, 2.5f, 0};
        assertEquals((0.25 + 0 + 9) / 3, of(LossFunction.MSE, predictions, targets), 1e-15);
        assertEquals((0.5 + 0 + 3) / 3, of(LossFunction.MAE, predictions, targets), 1e-15);
        assertEquals((0.125 + 0 + 2.5) / 3, of(LossFunction.HUBER, predictions, targets), 1e-15);
    }

    @Test
    void huberIsSmoothWhereItTurnsLinear() {
        double below = LossFunction.HUBER.ofError(1 - 1e-6);
        double above = LossFunction.HUBER.ofError(1 + 1e-6);
        assertEquals(0.5, LossFunction.HUBER.ofError(-1));
        assertEquals(1, (above - below) / 2e-6, 1e-6);
    }

    @Test
    void outputsMayLieApart() {
        float[] predictions = {9, 1, 9, 2, 9};
        float[] targets = {0, 2, 0, 5, 0};
        assertEquals((1 + 9) / 2.0, LossFunction.MSE.of(predictions, targets, 1, 2, 2));
    }

    @ParameterizedTest
    @EnumSource(LossFunction.class)
    void aNanStaysOne(LossFunction loss) {
        assertTrue(Double.isNaN(of(loss, new float[] {Float.NaN, 0.5f}, 1, 0)));
    }
}
