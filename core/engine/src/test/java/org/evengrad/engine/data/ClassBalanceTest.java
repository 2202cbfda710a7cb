package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.TrainingConfig.ClassWeights;
import org.junit.jupiter.api.Test;

class ClassBalanceTest {
    private static final List<String> CLASSES = List.of("a", "b", "c");

    @Test
    void balancedWeighsRareClassesMore() {
        DataPart train = new DataPart(data(Task.CLASSIFICATION), new int[] {0, 1, 2, 3});

        // Of the four rows, three are of class a and one is of class b.
        assertArrayEquals(
                new float[] {4 / 9f, 4 / 3f, 1},
                ClassBalance.weights(ClassWeights.Rule.BALANCED, train).orElseThrow());
    }

    @Test
    void countsStepsThatAreNoPadding() {
        Dataset data =
                new Dataset(
                        FloatTable.of(new float[6], 3),
                        List.of(1, 3),
                        0,
                        Optional.of(new int[] {3, 2}),
                        FloatTable.of(new float[] {0, 1, 1, 1, 2, 0}, 3),
                        3,
                        Task.CLASSIFICATION,
                        CLASSES,
                        List.of("x"),
                        Optional.empty(),
                        Optional.empty());

        assertArrayEquals(
                new float[] {5 / 3f, 5 / 9f, 5 / 3f},
                ClassBalance.weights(ClassWeights.Rule.BALANCED, data.all()).orElseThrow());
    }

    @Test
    void takesGivenWeightsAsTheyAre() {
        DataPart train = data(Task.CLASSIFICATION).all();

        assertArrayEquals(
                new float[] {1, 0, 2.5f},
                ClassBalance.weights(new ClassWeights.Given(List.of(1.0, 0.0, 2.5)), train)
                        .orElseThrow());
        assertEquals(Optional.empty(), ClassBalance.weights(ClassWeights.Rule.NONE, train));
    }

    @Test
    void refusesWeightsThatDoNotFit() {
        assertEquals(
                List.of("training.class-weights: 2 weights for 3 classes: a, b, c"),
                Configs.problems(
                        () ->
                                ClassBalance.weights(
                                        new ClassWeights.Given(List.of(1.0, 2.0)),
                                        data(Task.CLASSIFICATION).all())));
        assertEquals(
                List.of(
                        "training.class-weights: needs classes, but the targets are numbers; remove"
                                + " it"),
                Configs.problems(
                        () ->
                                ClassBalance.weights(
                                        ClassWeights.Rule.BALANCED, data(Task.REGRESSION).all())));
    }

    private static Dataset data(Task task) {
        return new Dataset(
                new float[5],
                5,
                List.of(1),
                new float[] {0, 1, 0, 0, 2},
                1,
                task,
                task == Task.REGRESSION ? List.of() : CLASSES,
                List.of("x"));
    }
}
