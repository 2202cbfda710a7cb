package org.evengrad.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.data.TargetScale;
import org.evengrad.engine.metrics.Confusion;
import org.evengrad.engine.plan.DatasetBatches;
import org.evengrad.engine.step.HeapNetwork;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private final HeapNetwork oneUnit = new HeapNetwork(HeapNetwork.constant(), 1, 1);
    private final HeapNetwork threeUnits = new HeapNetwork(HeapNetwork.constant(), 1, 3);

    /** Rows whose feature is their index. */
    private static Dataset dataset(Task task, int width, List<String> classes, float... targets) {
        int rows = targets.length / width;
        float[] features = new float[rows];
        for (int i = 0; i < rows; i++) {
            features[i] = i;
        }
        return new Dataset(
                features, rows, List.of(1), targets, width, task, classes, List.of("index"));
    }

    private static Scores scores(HeapNetwork network, Loss loss, Dataset dataset) {
        return evaluator(network, loss, dataset.all()).scores();
    }

    private static Evaluator evaluator(HeapNetwork network, Loss loss, DataPart part) {
        return new Evaluator(
                network, loss, part.dataset().task(), DatasetBatches.inOrder(network, part, 256));
    }

    @Test
    void theLargestOfManyUnitsIsTheClass() {
        float[][] probabilities = {{0.7f, 0.2f, 0.1f}, {0.3f, 0.4f, 0.3f}, {0.5f, 0.1f, 0.4f}};
        threeUnits.predicting(features -> probabilities[(int) features[0]]);
        Dataset data = dataset(Task.CLASSIFICATION, 1, List.of("a", "b", "c"), 0, 1, 2);
        Scores scores = scores(threeUnits, Loss.CROSS_ENTROPY, data);
        assertEquals(OptionalDouble.of(2.0 / 3), scores.accuracy());
        assertEquals(3, scores.rows());
        double expected = -(Math.log(0.7f) + Math.log(0.4f) + Math.log(0.4f)) / 3;
        assertEquals(expected, scores.loss(), 1e-12);
    }

    @Test
    void oneUnitSaysTheSecondClassFromAHalfOn() {
        float[] probabilities = {0.9f, 0.5f, 0.4f, 0.2f};
        oneUnit.predicting(features -> new float[] {probabilities[(int) features[0]]});
        Dataset data = dataset(Task.CLASSIFICATION, 1, List.of("no", "yes"), 1, 1, 1, 0);
        Scores scores = scores(oneUnit, Loss.BINARY_CROSS_ENTROPY, data);
        assertEquals(OptionalDouble.of(0.75), scores.accuracy());
        double expected =
                -(Math.log(0.9f) + Math.log(0.5f) + Math.log(0.4f) + Math.log(1 - 0.2f)) / 4;
        assertEquals(expected, scores.loss(), 1e-7);
    }

    @Test
    void regressionHasNoAccuracyAndTheMeanOverRowsAndTargets() {
        threeUnits.predicting(features -> new float[] {1, 2, features[0]});
        Dataset data = dataset(Task.REGRESSION, 3, List.of(), 1, 2, 3, 0, 0, 0);
        Scores scores = scores(threeUnits, Loss.MSE, data);
        assertEquals(OptionalDouble.empty(), scores.accuracy());
        assertEquals((9.0 / 3 + (1 + 4 + 1) / 3.0) / 2, scores.loss(), 1e-12);
    }

    @Test
    void metricsAreOnTheOriginalScaleOfTargetsAndTheLossIsNot() {
        threeUnits.predicting(features -> new float[] {1, -1, features[0]});
        Dataset scaled = dataset(Task.REGRESSION, 3, List.of(), 0, 0, 0, 1, 1, 1);
        TargetScale scale = new TargetScale(new double[] {5, 0, -2}, new double[] {100, 1, 0.5});
        Scores scores =
                new Evaluator(
                                threeUnits,
                                Loss.MSE,
                                Task.REGRESSION,
                                scale,
                                DatasetBatches.inOrder(threeUnits, scaled.all(), 256))
                        .scores();
        assertEquals((2.0 / 3 + 4.0 / 3) / 2, scores.loss(), 1e-12);
        assertEquals((101.0 + 2) / 6, scores.metrics().get("mae"), 1e-5);
        assertEquals(Math.sqrt((10_000 + 1 + 4) / 6.0), scores.metrics().get("rmse"), 1e-5);
        assertEquals((-1.0 - 9 + 1) / 3, scores.metrics().get("r2"), 1e-5);
    }

    @Test
    void everyTaskHasItsMetrics() {
        threeUnits.predicting(features -> new float[] {0.5f, 0.3f, 0.2f});
        oneUnit.predicting(features -> new float[] {features[0] / 4});
        Scores classes =
                scores(
                        threeUnits,
                        Loss.CROSS_ENTROPY,
                        dataset(Task.CLASSIFICATION, 1, List.of("a", "b", "c"), 0, 2));
        assertEquals(Map.of("accuracy", 0.5, "macroF1", (2.0 / 3 + 0) / 2), classes.metrics());
        assertEquals(
                Optional.of(
                        new Confusion(
                                List.of(
                                        List.of(1L, 0L, 0L),
                                        List.of(0L, 0L, 0L),
                                        List.of(1L, 0L, 0L)))),
                classes.confusion());
        Scores two =
                scores(
                        oneUnit,
                        Loss.BINARY_CROSS_ENTROPY,
                        dataset(Task.CLASSIFICATION, 1, List.of("no", "yes"), 1, 0, 0, 1));
        assertEquals(0.5, two.metrics().get("auc"));
        assertEquals(0.5, two.metrics().get("precision"));
        Scores numbers =
                scores(oneUnit, Loss.MSE, dataset(Task.REGRESSION, 1, List.of(), 0, 0, 1, 1));
        assertEquals(1 - (0.0625 + 0.25 + 0.0625) / 1, numbers.metrics().get("r2"), 1e-12);
        assertTrue(numbers.confusion().isEmpty());
        assertTrue(numbers.lossPerStep().isEmpty());
    }

    @Test
    void theLossAloneIsTheSame() {
        oneUnit.predicting(features -> new float[] {features[0] / 800});
        Dataset data = dataset(Task.CLASSIFICATION, 1, List.of("no", "yes"), new float[700]);
        Evaluator evaluator = evaluator(oneUnit, Loss.BINARY_CROSS_ENTROPY, data.all());
        assertEquals(evaluator.scores().loss(), evaluator.loss());
    }

    @Test
    void mseOfClassesIsAgainstOneHotRows() {
        threeUnits.predicting(features -> new float[] {0.5f, 0.5f, 0});
        Dataset data = dataset(Task.CLASSIFICATION, 1, List.of("a", "b", "c"), 0);
        Scores scores = scores(threeUnits, Loss.MSE, data);
        assertEquals(0.5 / 3, scores.loss(), 1e-12);
        assertEquals(OptionalDouble.of(1), scores.accuracy());
    }

    @Test
    void looksAtTheRowsOfThePartAlone() {
        oneUnit.predicting(features -> new float[] {features[0]});
        Dataset data = dataset(Task.REGRESSION, 1, List.of(), 0, 0, 0, 0);
        Scores scores = evaluator(oneUnit, Loss.MSE, new DataPart(data, new int[] {1, 3})).scores();
        assertEquals((1 + 9) / 2.0, scores.loss());
        assertEquals(2, scores.rows());
    }

    @Test
    void runsThroughMoreRowsThanItTakesAtOnce() {
        int rows = 700;
        oneUnit.predicting(features -> new float[] {features[0]});
        Scores scores =
                scores(oneUnit, Loss.MSE, dataset(Task.REGRESSION, 1, List.of(), new float[rows]));
        double expected = IntStream.range(0, rows).mapToDouble(i -> (double) i * i).sum() / rows;
        assertEquals(expected, scores.loss(), 1e-6);
        assertEquals(rows, scores.rows());
    }

    @Test
    void aNanIsNeverRightAndMakesTheLossOne() {
        threeUnits.predicting(features -> new float[] {Float.NaN, Float.NaN, Float.NaN});
        oneUnit.predicting(features -> new float[] {Float.NaN});
        Scores many =
                scores(
                        threeUnits,
                        Loss.CROSS_ENTROPY,
                        dataset(Task.CLASSIFICATION, 1, List.of("a", "b", "c"), 0, 1));
        assertEquals(OptionalDouble.of(0), many.accuracy());
        assertTrue(Double.isNaN(many.loss()));
        Scores one =
                scores(
                        oneUnit,
                        Loss.BINARY_CROSS_ENTROPY,
                        dataset(Task.CLASSIFICATION, 1, List.of("no", "yes"), 0, 1));
        assertTrue(Double.isNaN(one.loss()));
        assertEquals(OptionalDouble.of(0), one.accuracy());
    }

    @Test
    void aProbabilityOfZeroHasAFiniteLoss() {
        threeUnits.predicting(features -> new float[] {0, 1, 0});
        oneUnit.predicting(features -> new float[] {0});
        Scores many =
                scores(
                        threeUnits,
                        Loss.CROSS_ENTROPY,
                        dataset(Task.CLASSIFICATION, 1, List.of("a", "b", "c"), 0));
        assertEquals(-Math.log(1e-10), many.loss(), 1e-9);
        Scores one =
                scores(
                        oneUnit,
                        Loss.BINARY_CROSS_ENTROPY,
                        dataset(Task.CLASSIFICATION, 1, List.of("no", "yes"), 1));
        assertEquals(-Math.log(1e-5), one.loss(), 1e-9);
    }
}
