package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.NormalizeTargets;
import org.evengrad.config.DataConfig.Part;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;

class TargetScaleTest {
    /** Two targets, the second constant in the first three rows. */
    private static Dataset rows() {
        float[] targets = {100, 7, 200, 7, 600, 7, 1000, 9};
        return new Dataset(
                new float[4], 4, List.of(1), targets, 2, Task.REGRESSION, List.of(), List.of("x"));
    }

    private static TargetScale ofFirstThree(Dataset dataset) {
        return TargetScale.fit(new DataPart(dataset, new int[] {0, 1, 2}));
    }

    /** Sequences of 3 and of 1 of 3 steps, with two targets for each step. */
    private static Dataset sequences() {
        float[] targets = {1, 2, 3, 10, 20, 30, 6, 0, 0, 60, 0, 0};
        return new Dataset(
                FloatTable.of(new float[6], 3),
                List.of(1, 3),
                0,
                Optional.of(new int[] {3, 1}),
                FloatTable.of(targets, 6),
                3,
                Task.REGRESSION,
                List.of(),
                List.of("x"),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void standardizesEachTargetByTheTrainingRows() {
        Dataset dataset = rows();
        TargetScale scale = ofFirstThree(dataset);
        double deviation = Math.sqrt((200 * 200 + 100 * 100 + 300 * 300) / 3.0);
        assertEquals(300, scale.mean()[0], 1e-12);
        assertEquals(deviation, scale.deviation()[0], 1e-12);

        float[] scaled = Configs.floats(scale.apply(dataset).targets());

        assertEquals(-200 / deviation, scaled[0], 1e-6);
        assertEquals(700 / deviation, scaled[6], 1e-6);
    }

    @Test
    void aConstantTargetGetsScaleOne() {
        Dataset dataset = rows();
        TargetScale scale = ofFirstThree(dataset);
        assertEquals(7, scale.mean()[1]);
        assertEquals(1, scale.deviation()[1]);
        float[] scaled = Configs.floats(scale.apply(dataset).targets());
        assertEquals(0, scaled[1]);
        assertEquals(2, scaled[7]);
    }

    @Test
    void paddingNeitherCountsNorChanges() {
        Dataset dataset = sequences();
        TargetScale scale = TargetScale.fit(dataset.all());
        assertArrayEquals(new double[] {3, 30}, scale.mean(), 1e-12);
        assertArrayEquals(
                new double[] {Math.sqrt(3.5), 10 * Math.sqrt(3.5)}, scale.deviation(), 1e-12);

        float[] scaled = Configs.floats(scale.apply(dataset).targets());

        float one = (float) (1 / Math.sqrt(3.5));
        assertArrayEquals(
                new float[] {-2 * one, -one, 0, -2 * one, -one, 0, 3 * one, 0, 0, 3 * one, 0, 0},
                scaled,
                1e-6f);
    }

    @Test
    void restoresWhatItScaled() {
        Dataset dataset = sequences();
        float[] before = Configs.floats(dataset.targets());
        TargetScale scale = TargetScale.fit(dataset.all());
        float[] values = Configs.floats(scale.apply(dataset).targets());
        scale.restore(values, 1, 3);
        for (int i = 0; i < 6; i++) {
            assertEquals(before[i], values[i], 1e-5f);
        }
        assertTrue(values[6] < 2, "only as many rows as are asked for");
    }

    @Test
    void refusesWhatIsNoNumber() {
        DataConfig classes =
                new DataConfig(
                        new Source.Iris(DataConfig.Normalize.STANDARD),
                        8,
                        Optional.empty(),
                        Optional.empty(),
                        new Part(0.2),
                        Optional.empty(),
                        true,
                        Optional.empty(),
                        NormalizeTargets.STANDARD);
        assertEquals(
                List.of(
                        "data.normalize-targets: scales numbers to predict, and these targets are"
                                + " classes; leave it out"),
                Configs.problems(() -> DataLoader.load(classes, 1)));
    }

    @Test
    void validationAndTestAreOnTheScaleOfTheTrainingRows() {
        DataConfig config =
                new DataConfig(
                        new Source.Linear(60, 3, 0.1),
                        8,
                        Optional.empty(),
                        Optional.of(new Part(0.2)),
                        new Part(0.25),
                        Optional.of(Split.RANDOM),
                        true,
                        Optional.empty(),
                        NormalizeTargets.STANDARD);
        SplitData data = DataLoader.load(config, 3);
        double sum = 0;
        double squares = 0;
        for (int row : data.train().rows()) {
            double value = data.dataset().targets().get(row, 0);
            sum += value;
            squares += value * value;
        }
        assertEquals(0, sum / data.train().size(), 1e-6);
        assertEquals(1, squares / data.train().size(), 1e-6);

        SplitData again = DataLoader.load(config, 3, data.normalizer(), data.targetScale());
        assertArrayEquals(
                Configs.floats(data.dataset().targets()),
                Configs.floats(again.dataset().targets()));
        DataConfig plain =
                new DataConfig(
                        config.source(),
                        8,
                        config.train(),
                        config.validation(),
                        config.test(),
                        config.split(),
                        true,
                        Optional.empty(),
                        NormalizeTargets.NONE);
        assertEquals(DataLoader.load(plain, 3).sha256(), data.sha256());
    }

    @Test
    void refusesNumbersThatCannotBe() {
        double[] one = {1};
        for (double[] deviation : new double[][] {{}, {0}, {-1}, {Double.NaN}, {1, 1}}) {
            assertThrows(IllegalArgumentException.class, () -> new TargetScale(one, deviation));
        }
    }
}
