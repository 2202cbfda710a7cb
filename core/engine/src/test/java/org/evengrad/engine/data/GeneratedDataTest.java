package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.evengrad.config.DataConfig.Source.AddingProblem;
import org.evengrad.config.DataConfig.Source.Blobs;
import org.evengrad.config.DataConfig.Source.Circles;
import org.evengrad.config.DataConfig.Source.CopyMemory;
import org.evengrad.config.DataConfig.Source.Linear;
import org.evengrad.config.DataConfig.Source.Spirals;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;

class GeneratedDataTest {
    private static final long SEED = 7;

    @Test
    void theAddingProblemMarksANumberInEachHalf() {
        for (int length : new int[] {2, 5, 40}) {
            Dataset data = GeneratedData.addingProblem(new AddingProblem(200, length), SEED);
            assertEquals(List.of(2, length), data.featureShape());
            for (int row = 0; row < 200; row++) {
                double sum = 0;
                int[] marks = new int[2];
                for (int step = 0; step < length; step++) {
                    float value = data.features().get(row, step);
                    float mark = data.features().get(row, length + step);
                    assertTrue(value >= 0 && value <= 1);
                    assertTrue(mark == 0 || mark == 1);
                    sum += value * mark;
                    marks[step < length / 2 ? 0 : 1] += (int) mark;
                }
                assertArrayEquals(new int[] {1, 1}, marks);
                assertEquals(sum, data.targets().get(row, 0), 1e-6);
            }
        }
    }

    @Test
    void alwaysAnsweringOneIsWrongByASixth() {
        Dataset data = GeneratedData.addingProblem(new AddingProblem(20_000, 10), SEED);

        double error = 0;
        for (int row = 0; row < data.rows(); row++) {
            error += Math.pow(data.targets().get(row, 0) - 1, 2) / data.rows();
        }

        assertEquals(1 / 6.0, error, 0.005);
    }

    @Test
    void copyMemoryAsksForTheSymbolsAfterTheDelay() {
        Dataset data = GeneratedData.copyMemory(new CopyMemory(300, 7, 4, 3), SEED);
        int steps = 7 + 2 * 3;

        assertEquals(List.of(1, steps), data.featureShape());
        assertEquals(steps, data.targetSteps());
        assertEquals(6, data.symbols());
        assertEquals(List.of("0", "1", "2", "3", "blank"), data.classes());
        int[] seen = new int[4];
        for (int row = 0; row < 300; row++) {
            for (int step = 0; step < steps; step++) {
                float input = data.features().get(row, step);
                float target = data.targets().get(row, step);
                if (step < 3) {
                    assertEquals(input, data.targets().get(row, steps - 3 + step));
                    seen[(int) input]++;
                } else {
                    // The sign to answer stands right before the last three steps.
                    assertEquals(step == steps - 4 ? 5 : 4, input);
                }
                if (step < steps - 3) {
                    assertEquals(4, target);
                }
            }
        }
        for (int count : seen) {
            assertEquals(225, count, 60);
        }
    }

    @Test
    void blobsStandAroundOneCenterForEachClass() {
        Dataset data = GeneratedData.blobs(new Blobs(30_001, 3, 4, 0.5), SEED);

        assertEquals(30_001, data.rows());
        assertEquals(List.of(4), data.featureShape());
        assertEquals(List.of("0", "1", "2"), data.classes());
        for (int label = 0; label < 3; label++) {
            for (int feature = 0; feature < 4; feature++) {
                double sum = 0;
                double squares = 0;
                int count = 0;
                for (int row = 0; row < data.rows(); row++) {
                    if (data.targets().get(row, 0) == label) {
                        double value = data.features().get(row, feature);
                        sum += value;
                        squares += value * value;
                        count++;
                    }
                }
                double mean = sum / count;
                assertTrue(Math.abs(mean) <= 10.05, "center " + mean);
                assertEquals(0.5, Math.sqrt(squares / count - mean * mean), 0.02);
            }
        }
    }

    @Test
    void classSizesDifferByOneAtMost() {
        Dataset data = GeneratedData.spirals(new Spirals(11, 4, 0, 1), SEED);

        assertArrayEquals(
                new float[] {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2}, Configs.floats(data.targets()));
    }

    @Test
    void circlesHaveTheirRadiiAndEqualAngles() {
        Dataset data = GeneratedData.circles(new Circles(9, 0, 0.25), SEED);

        for (int row = 0; row < 9; row++) {
            boolean outer = row % 2 == 0;
            double angle = 2 * Math.PI * (row / 2) / (outer ? 5 : 4);
            double radius = outer ? 1 : 0.25;
            assertEquals(outer ? 0 : 1, data.targets().get(row, 0));
            assertEquals(radius * Math.cos(angle), data.features().get(row, 0), 1e-6);
            assertEquals(radius * Math.sin(angle), data.features().get(row, 1), 1e-6);
        }
    }

    @Test
    void spiralsEndOnTheUnitCircleAfterTheirTurns() {
        Dataset data = GeneratedData.spirals(new Spirals(200, 2, 0, 1.25), SEED);

        assertEquals(0, data.features().get(198, 0), 1e-6);
        assertEquals(1, data.features().get(198, 1), 1e-6);
        assertEquals(0, data.features().get(199, 0), 1e-6);
        assertEquals(-1, data.features().get(199, 1), 1e-6);
        double middle = Math.hypot(data.features().get(98, 0), data.features().get(98, 1));
        assertEquals(0.5, middle, 1e-6);
    }

    @Test
    void noiseHasTheGivenDeviation() {
        Dataset clean = GeneratedData.circles(new Circles(20_000, 0, 0.5), SEED);
        Dataset noisy = GeneratedData.circles(new Circles(20_000, 0.1, 0.5), SEED);

        double sum = 0;
        double squares = 0;
        float[] without = Configs.floats(clean.features());
        float[] with = Configs.floats(noisy.features());
        for (int i = 0; i < without.length; i++) {
            double noise = with[i] - without[i];
            sum += noise;
            squares += noise * noise;
        }
        assertEquals(0, sum / 40_000, 0.002);
        assertEquals(0.1, Math.sqrt(squares / 40_000), 0.002);
    }

    @Test
    void linearTargetsFollowTheKnownWeights() {
        Dataset data = GeneratedData.linear(new Linear(50, 4, 0), SEED);

        assertEquals(Task.REGRESSION, data.task());
        assertEquals(List.of(), data.classes());
        for (int row = 0; row < 50; row++) {
            float[] x = new float[4];
            data.features().read(row, x, 0);
            double expected = 0.5 * x[0] - 0.5 * x[1] + 0.5 * x[2] - 0.5 * x[3];
            assertEquals(expected, data.targets().get(row, 0), 1e-6);
        }
    }

    @Test
    void theSameSeedGivesTheSameData() {
        Blobs source = new Blobs(100, 3, 2, 1);

        float[] first = Configs.floats(GeneratedData.blobs(source, SEED).features());

        assertArrayEquals(first, Configs.floats(GeneratedData.blobs(source, SEED).features()));
        assertFalse(
                Arrays.equals(
                        first, Configs.floats(GeneratedData.blobs(source, SEED + 1).features())));
    }

    @Test
    void refusesFewerSamplesThanClasses() {
        assertEquals(
                List.of("data.samples: 3 samples are too few for 5 classes"),
                Configs.problems(() -> GeneratedData.blobs(new Blobs(3, 5, 2, 1), SEED)));
    }

    @Test
    void refusesMoreNumbersThanAnArrayHolds() {
        assertEquals(
                List.of(
                        "data.samples: 2000000000 samples of 2 features are more than fit into"
                                + " memory: 2147483639 numbers at most"),
                Configs.problems(
                        () -> GeneratedData.circles(new Circles(2_000_000_000, 0, 0.5), SEED)));
    }
}
