package org.evengrad.engine.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.evengrad.spi.GradientGuard;
import org.junit.jupiter.api.Test;

/** What a step knows of the size of tensors that it does not read every time. */
class ParameterSizesTest {
    private static final int STEPS = 60;

    /** A gradient that grows, so that some updates are small and some move far at once. */
    private static HeapNetwork network() {
        HeapNetwork network = new HeapNetwork(HeapNetwork.constant(), 40, 30, 20);
        float[] values = new float[network.parameters().limit()];
        float[] mean = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 + i % 7;
            mean[i] = 1e-3f * (1 + i % 5);
        }
        network.set(values);
        network.rule(HeapNetwork.constant(mean));
        return network;
    }

    private static void grow(HeapNetwork network, int step) {
        float[] mean = new float[network.parameters().limit()];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = 1e-3f * (1 + i % 5) * (step % 20 == 19 ? 100 : 1 + step);
        }
        network.rule(HeapNetwork.constant(mean));
    }

    private static double norm(float[] values, int from, int size) {
        double sum = 0;
        for (int i = from; i < from + size; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }

    @Test
    void theUpdateRatioIsNeverOffByMoreThanThreePercent() {
        HeapNetwork network = network();
        TrainingStep step = StepFixture.step(network, new StepFixture.Descent());
        StepRecord record = new StepRecord(network.tensors().size(), 0);
        double worst = 0;
        for (int i = 0; i < STEPS; i++) {
            grow(network, i);
            float[] before = network.values();
            step.run(network.batch(4), 0, record);
            float[] now = network.values();
            float[] update = new float[now.length];
            for (int k = 0; k < now.length; k++) {
                update[k] = now[k] - before[k];
            }
            for (int t = 0; t < record.tensors(); t++) {
                int from = network.offset(t);
                int size = network.tensors().get(t).size();
                double expected =
                        norm(update, from, size)
                                / Math.max(norm(before, from, size), 1e-3 * Math.sqrt(size));
                worst = Math.max(worst, Math.abs(record.updateRatio(t) / expected - 1));
            }
        }
        assertTrue(worst <= 0.03, "off by " + worst);
        assertTrue(worst > 1e-5, "measured always");
    }

    @Test
    void aGuardThatAsksSeesTheParametersAsTheyAreHoweverLate() {
        HeapNetwork network = network();
        int[] seen = {0};
        GradientGuard late =
                StepFixture.guard(
                        (gradient, at, ruling) -> {
                            if (at.step() >= 5) {
                                seen[0]++;
                                int size = network.tensors().get(0).size();
                                double norm = norm(network.values(), network.offset(0), size);
                                double squares = norm * norm;
                                double told = gradient.parameterSumOfSquares(0);
                                assertEquals(squares, told, 2e-6 * squares);
                            }
                        });
        TrainingStep step = StepFixture.step(network, new StepFixture.Descent(), late);
        for (int i = 0; i < 10; i++) {
            grow(network, i);
            step.run(network.batch(4), 0, new StepRecord(network.tensors().size(), 1));
        }
        assertEquals(5, seen[0]);
    }

    @Test
    void aRunThatGoesOnTellsTheSameRatios() {
        HeapNetwork network = network();
        TrainingStep straight = StepFixture.step(network, new StepFixture.Descent());
        StepRecord record = new StepRecord(network.tensors().size(), 0);
        for (int i = 0; i < 5; i++) {
            grow(network, i);
            straight.run(network.batch(4), 0, record);
        }
        TrainingState saved = straight.save();
        double[][] expected = ratios(straight, network, record);
        TrainingStep resumed = StepFixture.step(network, new StepFixture.Descent());
        resumed.restore(saved);
        double[][] again = ratios(resumed, network, record);
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], again[i]);
        }
        assertNotEquals(0, expected[0][0]);
    }

    private static double[][] ratios(TrainingStep step, HeapNetwork network, StepRecord record) {
        double[][] ratios = new double[20][record.tensors()];
        for (int i = 0; i < ratios.length; i++) {
            grow(network, i + 5);
            step.run(network.batch(4), 0, record);
            for (int t = 0; t < record.tensors(); t++) {
                ratios[i][t] = record.updateRatio(t);
            }
        }
        return ratios;
    }
}
