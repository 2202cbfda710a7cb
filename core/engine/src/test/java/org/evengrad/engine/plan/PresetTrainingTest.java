package org.evengrad.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.train.Evaluator;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each preset learns a little from little data. */
class PresetTrainingTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(PresetTrainingTest.class.getClassLoader(), List.of(), List.of());

    private static final String SHAPES =
            "data { source = shapes, samples = 48, size = 8, classes = 2, noise = 0.05,"
                    + " batch-size = 16, validation = 0, test = 0 }";
    private static final String TEXT =
            "data { source = text, file = line.txt, sequence-length = 12, batch-size = 8,"
                    + " validation = 0, test = 0 }";
    private static final String LINE = "the quick brown fox jumps over the lazy dog; ";

    @TempDir private Path folder;

    private TrainingPlan plan(String data, String preset, int steps) throws IOException {
        Files.writeString(folder.resolve("line.txt"), LINE.repeat(10));
        Path file =
                Files.writeString(
                        folder.resolve("net.conf"),
                        data
                                + "\nseed = 3, model { preset = "
                                + preset
                                + " }\noptimizer { use = adam, learning-rate = 0.01 }\n"
                                + "training { threads = 1, steps = "
                                + steps
                                + " }");
        return new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY))
                .plan(new ConfigLoader(REGISTRY).load(file, Map.of()));
    }

    private static double loss(TrainingPlan plan) {
        Batches examples = plan.data().train();
        return new Evaluator(plan.network(), plan.loss(), Task.CLASSIFICATION, examples).loss();
    }

    /** How much of the loss of the training rows is left after a few steps. */
    private double lossThatIsLeft(String data, String preset, int steps) throws IOException {
        try (TrainingPlan plan = plan(data, preset, steps)) {
            double before = loss(plan);
            new Trainer(plan, List.of(), List.of(), new StopRequest()).train();
            return loss(plan) / before;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mlp, depth = 2, width = 16                            | 20",
                "lenet                                                 | 20",
                "resnet, depth = 8, width = 4                          | 30",
                "densenet, depth = 7, growth = 4                       | 30",
                "resnext, depth = 11, cardinality = 2, width = 2       | 30",
                "mobilenet, depth = 8, width = 4                       | 80",
                "efficientnet, depth = 2, width = 4, expansion = 2     | 40"
            })
    void theLossOfAPresetForImagesFalls(String preset, int steps) throws IOException {
        double left = lossThatIsLeft(SHAPES, preset, steps);

        assertTrue(left < 0.7, left + " of the loss is left");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "char-lstm, width = 24                     | 40",
                "char-lstm, width = 16, embedding = 8      | 40",
                "char-gru, width = 24                      | 40",
                "char-gru, width = 16, embedding = 8       | 40"
            })
    void theLossOfACharacterModelFalls(String preset, int steps) throws IOException {
        double left = lossThatIsLeft(TEXT, preset, steps);

        assertTrue(left < 0.8, left + " of the loss is left");
    }

    private String refusal(String data, String preset) {
        return assertThrows(InvalidInputException.class, () -> plan(data, preset, 1)).getMessage();
    }

    @Test
    void aPresetForImagesRefusesRowsWithoutThem() {
        String expected = "model.preset: conv-1 needs images, and what reaches it is 4 numbers;";

        assertEquals(
                expected, refusal("data.source = iris", "lenet").substring(0, expected.length()));
    }

    @Test
    void aPresetSaysWhatDoesNotFit() {
        String data = "data { source = linear, features = 3 }";

        assertTrue(refusal(data, "char-lstm").startsWith("model.preset: lstm-1"), data);
    }

    /** Each layer of a dense block brings its filters, normalized before they are appended. */
    @Test
    void theLayersOfADensenetAreNormalizedOneByOne() throws IOException {
        try (TrainingPlan plan = plan(SHAPES, "densenet, depth = 10, growth = 4", 1)) {
            List<String> layers = plan.network().layers();

            assertEquals(
                    List.of(
                            "dense-block-1/conv-1",
                            "dense-block-1/batch-norm-1",
                            "dense-block-1/conv-2",
                            "dense-block-1/batch-norm-2"),
                    layers.stream().filter(name -> name.startsWith("dense-block-1")).toList());
            assertEquals(List.of(8 * 4 * 9, 12 * 4 * 9), weights(plan, "dense-block-1/conv"));
            assertEquals(List.of(4, 4), weights(plan, "dense-block-1/batch-norm"));
        }
    }

    /** The size of the largest tensor of each layer whose name begins so. */
    private static List<Integer> weights(TrainingPlan plan, String prefix) {
        List<String> layers = plan.network().layers();
        return layers.stream()
                .filter(name -> name.startsWith(prefix))
                .map(
                        name ->
                                plan.network().tensors().stream()
                                        .filter(t -> t.layer() == layers.indexOf(name))
                                        .mapToInt(Tensor::size)
                                        .max()
                                        .orElseThrow())
                .toList();
    }
}
