package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configurations in {@code examples} do what their comments say. */
class ExamplesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path EXAMPLES = Path.of("../examples");
    private static final double NEAR_ZERO = 0.002;

    @TempDir private Path temporary;

    /** What an example left. */
    private record Run(int exitCode, Path folder, JsonNode summary, List<JsonNode> steps) {
        double trainLoss() {
            return summary.get("trainLoss").asDouble();
        }

        double test(String metric) {
            return summary.get("testMetrics").get(metric).asDouble();
        }

        /** The loss of each step. */
        List<Double> losses() {
            return steps.stream().map(step -> number(step.get("loss"))).toList();
        }

        double firstGradientNorm(String tensor) {
            return number(steps.get(0).get("gradientNorm").get(tensor));
        }

        /** The weights of all layers, without biases. */
        double[] weights() throws IOException {
            MultiLayerNetwork network =
                    MultiLayerNetwork.load(folder.resolve("model.zip").toFile(), false);
            return network.paramTable().entrySet().stream()
                    .filter(tensor -> tensor.getKey().endsWith("_W"))
                    .flatMapToDouble(
                            tensor -> Arrays.stream(tensor.getValue().ravel().toDoubleVector()))
                    .toArray();
        }
    }

    /** A number that is not finite stands as null. */
    private static double number(JsonNode value) {
        return value.isNull() ? Double.POSITIVE_INFINITY : value.asDouble();
    }

    private Run train(String example, String... more) throws IOException {
        Path folder = temporary.resolve(example);
        List<String> arguments = new ArrayList<>(List.of("train", EXAMPLES + "/" + example));
        arguments.addAll(List.of("--run-dir", folder.toString(), "-D", "training.threads=1"));
        arguments.addAll(List.of(more));
        CommandRun command = CommandRun.of(arguments.toArray(String[]::new));
        assertTrue(Files.exists(folder.resolve("summary.json")), command.err());
        List<JsonNode> steps = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
            JsonNode entry = JSON.readTree(line);
            if (entry.get("type").asText().equals("step")) {
                steps.add(entry);
            }
        }
        JsonNode summary = JSON.readTree(folder.resolve("summary.json").toFile());
        return new Run(command.exitCode(), folder, summary, steps);
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(w -> w * w).sum());
    }

    private static long nearZero(double[] values) {
        return Arrays.stream(values).filter(w -> Math.abs(w) < NEAR_ZERO).count();
    }

    private static Stream<Double> numbers(JsonNode object) {
        return StreamSupport.stream(object.spliterator(), false).map(ExamplesTest::number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mlp.conf",
                "lenet.conf",
                "resnet.conf",
                "densenet.conf",
                "resnext.conf",
                "mobilenet.conf",
                "efficientnet.conf"
            })
    void aPresetForImagesTrains(String example) throws IOException {
        Run run = train(example, "-D", "training.epochs=1", "-D", "data.samples=64");

        assertEquals(ExitCode.DONE, run.exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"char-lstm.conf", "char-gru.conf"})
    void aCharacterModelTrains(String example) throws IOException {
        Run run = train(example, "-D", "training.epochs=null", "-D", "training.steps=2");

        assertEquals(ExitCode.DONE, run.exitCode());
    }

    @Test
    void linearRegressionFindsTheCoefficients() throws IOException {
        Run run = train("linear-regression.conf");

        assertTrue(run.test("r2") > 0.98, "R2 " + run.test("r2"));
        double[] weights = run.weights();
        assertEquals(4, weights.length);
        IntStream.range(0, 4).forEach(j -> assertEquals(j % 2 == 0 ? 0.5 : -0.5, weights[j], 0.03));
    }

    @Test
    void theSmallClassifierTellsShapesApart() throws IOException {
        Run run = train("classifier-784-10-10-10.conf");

        assertTrue(run.test("accuracy") > 0.8, "accuracy " + run.test("accuracy"));
        assertEquals(784 * 10 + 10 * 10 + 10 * 10, run.weights().length);
    }

    @Test
    void clipNormLimitsEachTensorByItself() throws IOException {
        Run run = train("clip-norm.conf");

        long clipped = 0;
        for (JsonNode step : run.steps()) {
            assertTrue(
                    numbers(step.get("gradientNormAfterGuards")).allMatch(n -> n <= 0.1 + 1e-6),
                    step.toString());
            clipped += numbers(step.get("gradientNorm")).anyMatch(n -> n > 0.1) ? 1 : 0;
        }
        assertTrue(clipped > run.steps().size() / 2, clipped + " steps had a larger norm");
        assertTrue(run.test("accuracy") > 0.8, "accuracy " + run.test("accuracy"));
    }

    @Test
    void bothPenaltiesShrinkWeightsAndL1MakesThemZero() throws IOException {
        Run none = train("penalty-none.conf");
        Run l1 = train("penalty-l1.conf");
        Run l2 = train("penalty-l2.conf");

        assertTrue(norm(l1.weights()) < norm(none.weights()));
        assertTrue(norm(l2.weights()) < norm(none.weights()));
        assertTrue(nearZero(l1.weights()) >= 10 * nearZero(l2.weights()));
        double testLoss = none.summary().get("testLoss").asDouble();
        assertTrue(l1.summary().get("testLoss").asDouble() < testLoss);
        assertTrue(l2.summary().get("testLoss").asDouble() < testLoss);
    }

    @Test
    void aPathAroundBlocksMakesADeepNetworkLearn() throws IOException {
        Run plain = train("plain-31.conf");
        Run residual = train("residual-31.conf");

        assertEquals(Math.log(2), plain.trainLoss(), 0.01);
        assertEquals(ExitCode.UNHEALTHY, plain.exitCode());
        assertTrue(residual.trainLoss() < 0.45, "residual " + residual.trainLoss());
        assertEquals(ExitCode.DONE, residual.exitCode());
        assertEquals(plain.steps().size(), residual.steps().size());
    }

    @Test
    void theGradientReachesTheFirstLayerThroughReluAndNotThroughSigmoid() throws IOException {
        Run sigmoid = train("sigmoid-30.conf");
        Run relu = train("relu-he-30.conf");

        assertTrue(
                sigmoid.firstGradientNorm("dense-1.W")
                        < 1e-6 * relu.firstGradientNorm("dense-1.W"));
        assertEquals(Math.log(3), sigmoid.trainLoss(), 0.01);
        assertEquals(ExitCode.UNHEALTHY, sigmoid.exitCode());
        assertEquals(
                "vanishing-gradient",
                sigmoid.summary().get("verdicts").get(0).get("problem").asText());
        assertTrue(relu.test("accuracy") > 0.8, "accuracy " + relu.test("accuracy"));
        assertEquals(ExitCode.DONE, relu.exitCode());
    }

    @Test
    void clippingSavesARecurrentNetworkThatExplodes() throws IOException {
        Run exploding = train("exploding.conf");
        Run clipped = train("clipped.conf");

        assertTrue(exploding.losses().stream().anyMatch(loss -> loss > 100));
        assertTrue(exploding.test("r2") < 0.05, "R2 " + exploding.test("r2"));
        assertTrue(clipped.losses().stream().allMatch(loss -> loss < 10));
        assertTrue(clipped.test("r2") > 0.3, "R2 " + clipped.test("r2"));
        assertEquals(ExitCode.DONE, clipped.exitCode());
    }

    @Test
    void aDynamicRateFindsItself() throws IOException {
        Run constant = train("constant-rate.conf");
        Run dynamic = train("dynamic-rate.conf");

        double first = dynamic.steps().get(0).get("learningRate").asDouble();
        assertTrue(
                dynamic.steps().stream()
                        .anyMatch(step -> step.get("learningRate").asDouble() > 10 * first));
        assertTrue(
                dynamic.trainLoss() < constant.trainLoss() / 2,
                dynamic.trainLoss() + " and " + constant.trainLoss());
        assertEquals(constant.steps().size(), dynamic.steps().size());
    }
}
