package org.evengrad.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.ModelConfig.Normalization;
import org.evengrad.config.ModelConfig.OutputConfig;
import org.evengrad.config.ModelConfig.OverrideConfig;
import org.evengrad.config.TrainingConfig.ClassWeights;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.data.FloatTable;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.NetworkPlan.Output;
import org.evengrad.spi.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputLayerTest {
    private static final ClassWeights NONE = ClassWeights.Rule.NONE;

    private static Dataset data(Task task, int classes, int width, float... targets) {
        int rows = targets.length / width;
        return new Dataset(
                new float[rows],
                rows,
                List.of(1),
                targets,
                width,
                task,
                IntStream.range(0, classes).mapToObj(Integer::toString).toList(),
                List.of("x"));
    }

    private static Dataset of(String kind) {
        return switch (kind) {
            case "two" -> data(Task.CLASSIFICATION, 2, 1, 0, 1, 1, 1);
            case "three" -> data(Task.CLASSIFICATION, 3, 1, 0, 1, 2, 2);
            case "labels" -> data(Task.MULTI_LABEL, 3, 3, 0, 1, 1, 0, 0, 1);
            default -> data(Task.REGRESSION, 0, 2, 0, 1, 2, 3);
        };
    }

    private static ModelConfig model(Loss loss, Integer units, Activation activation) {
        return new ModelConfig(
                List.of(),
                Optional.ofNullable(loss),
                new OutputConfig(Optional.ofNullable(units), Optional.ofNullable(activation), true),
                new OverrideConfig(Optional.empty(), Optional.empty()),
                Normalization.NONE,
                false,
                0,
                0);
    }

    private static Output derive(Dataset data, ModelConfig model, ClassWeights weights) {
        return new OutputLayer(model, data.all()).derive(weights);
    }

    private static String refusal(Dataset data, ModelConfig model, ClassWeights weights) {
        return assertThrows(InvalidInputException.class, () -> derive(data, model, weights))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "two, , CROSS_ENTROPY, 2",
        "three, , CROSS_ENTROPY, 3",
        "labels, , BINARY_CROSS_ENTROPY, 3",
        "numbers, , MSE, 2",
        "two, BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY, 1",
        "three, MSE, MSE, 3",
        "three, MAE, MAE, 3",
        "labels, MSE, MSE, 3",
        "numbers, MAE, MAE, 2",
        "numbers, HUBER, HUBER, 2"
    })
    void hasTheUnitsThatTaskAndLossNeed(String kind, Loss given, Loss loss, int units) {
        Output output = derive(of(kind), model(given, null, null), NONE);
        assertEquals(
                new Output("output", units, loss, Optional.empty(), true, false, List.of()),
                output);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "numbers | CROSS_ENTROPY | model.loss: the targets are numbers",
                "numbers | BINARY_CROSS_ENTROPY | model.loss: the targets are numbers",
                "labels | CROSS_ENTROPY | model.loss: several labels may be right at once",
                "three | BINARY_CROSS_ENTROPY | model.loss: binary-cross-entropy tells two classes"
            })
    void refusesALossOfAnotherTask(String kind, Loss loss, String message) {
        String refusal = refusal(of(kind), model(loss, null, null), NONE);
        assertTrue(refusal.startsWith(message), refusal);
    }

    @Test
    void refusesUnitsAndActivationsThatDoNotFit() {
        assertEquals(4, derive(of("three"), model(null, 4, null), NONE).units());
        assertEquals(
                "model.output.units: 2 does not fit the data, which needs 3",
                refusal(of("labels"), model(null, 2, null), NONE));
        assertTrue(
                refusal(of("labels"), model(null, null, new Tanh()), NONE)
                        .startsWith("model.output.activation: "));
        assertEquals(
                Optional.of(new Tanh()),
                derive(of("numbers"), model(Loss.HUBER, null, new Tanh()), NONE).activation());
    }

    @Test
    void targetsOfEachStepGiveAnOutputOfEachStep() {
        Dataset steps =
                new Dataset(
                        FloatTable.of(new float[6], 3),
                        List.of(1, 3),
                        0,
                        Optional.of(new int[] {3, 1}),
                        FloatTable.of(new float[] {0, 1, 1, 1, 0, 0}, 3),
                        3,
                        Task.CLASSIFICATION,
                        List.of("a", "b"),
                        List.of("x"),
                        Optional.empty(),
                        Optional.empty());
        Output output = derive(steps, model(null, null, null), ClassWeights.Rule.BALANCED);
        assertTrue(output.perStep());
        assertEquals(2, output.units());
        // Of four steps that count, one is of class a.
        assertEquals(2, output.classWeights().get(0), 1e-6);
        assertEquals(2.0 / 3, output.classWeights().get(1), 1e-6);
    }

    @Test
    void weightsNeedCrossEntropyAndClasses() {
        ClassWeights given = new ClassWeights.Given(List.of(1.0, 2.0));
        assertTrue(
                refusal(of("two"), model(Loss.BINARY_CROSS_ENTROPY, null, null), given)
                        .startsWith("training.class-weights: weights of classes need the loss"));
        assertTrue(
                refusal(of("numbers"), model(null, null, null), given)
                        .startsWith("training.class-weights: needs classes"));
        // Spare units, of no class, weigh as much as any.
        assertEquals(
                List.of(1.0, 2.0, 1.0),
                derive(of("two"), model(null, 3, null), given).classWeights());
    }

    @Test
    void theGradientOfAnExampleIsScaledByTheWeightOfItsClass() {
        List<Double> weights = List.of(0.5, 3.0, 1.0);
        for (int right = 0; right < 3; right++) {
            float[] plain = gradient(List.of(), right);
            float[] weighted = gradient(weights, right);
            for (int i = 0; i < plain.length; i++) {
                assertEquals(plain[i] * weights.get(right), weighted[i], 1e-6);
            }
        }
    }

    private static float[] gradient(List<Double> weights, int right) {
        NetworkPlan plan =
                new NetworkPlan(
                        List.of(2),
                        List.of(),
                        new Output(
                                "output",
                                3,
                                Loss.CROSS_ENTROPY,
                                Optional.empty(),
                                true,
                                false,
                                weights));
        Dl4jNetworkBuilder builder =
                new Dl4jNetworkBuilder(
                        PluginLoader.load(
                                OutputLayerTest.class.getClassLoader(), List.of(), List.of()));
        try (Network network = builder.build(plan, 1)) {
            for (int i = 0; i < network.parameters().limit(); i++) {
                network.parameters().put(i, 0.3f * i - 1);
            }
            Batch batch = network.batch(1);
            batch.features().put(0, 1).put(1, -2);
            batch.targets().put(right, 1);
            network.gradient(batch);
            float[] gradient = new float[network.gradient().limit()];
            network.gradient().get(0, gradient, 0, gradient.length);
            return gradient;
        }
    }
}
