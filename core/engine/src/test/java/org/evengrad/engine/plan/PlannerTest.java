package org.evengrad.engine.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.train.Evaluator;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

/** From a configuration to a filled network, with DL4J. */
class PlannerTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(
                    PlannerTest.class.getClassLoader(),
                    List.of(),
                    List.of(new Settling(), new Downhill(), new Deepening()));

    private static final String BLOBS =
            "data { source = blobs, samples = 200, classes = 3, features = 4, batch-size = 20 }\n";
    private static final String CIRCLES =
            "data { source = circles, samples = 200, batch-size = 20 }\n";
    private static final String LINEAR =
            "data { source = linear, samples = 200, features = 3, batch-size = 20 }\n";

    @TempDir private Path folder;

    private TrainingPlan plan(String... lines) {
        try {
            Path file = folder.resolve("net.conf");
            Files.writeString(file, "training.threads = 1\n" + String.join("\n", lines));
            return new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY))
                    .plan(new ConfigLoader(REGISTRY).load(file, Map.of()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String refusal(String... lines) {
        return assertThrows(InvalidInputException.class, () -> plan(lines)).getMessage();
    }

    private static float[] parameters(TrainingPlan plan) {
        FloatBuffer parameters = plan.network().parameters();
        float[] values = new float[parameters.limit()];
        parameters.get(0, values, 0, values.length);
        return values;
    }

    private static float[] tensor(TrainingPlan plan, String name) {
        int offset = 0;
        for (Tensor tensor : plan.network().tensors()) {
            if (tensor.name().equals(name)) {
                float[] values = new float[tensor.size()];
                plan.network().parameters().get(offset, values, 0, values.length);
                return values;
            }
            offset += tensor.size();
        }
        throw new IllegalStateException("no tensor " + name);
    }

    private static double deviation(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum / values.length);
    }

    @Test
    void classesGetCrossEntropyAndAUnitEach() {
        try (TrainingPlan plan = plan(BLOBS, "model { layers = [ { dense = 5 } ] }")) {
            assertEquals(Loss.CROSS_ENTROPY, plan.loss());
            assertEquals(3, plan.network().outputs());
            assertEquals(4, plan.network().inputs());
        }
    }

    @Test
    void numbersGetMse() {
        try (TrainingPlan plan = plan(LINEAR, "model { layers = [ { dense = 5 } ] }")) {
            assertEquals(Loss.MSE, plan.loss());
            assertEquals(1, plan.network().outputs());
        }
    }

    @ParameterizedTest
    @CsvSource({"cross-entropy, 2", "binary-cross-entropy, 1", "mse, 2"})
    void twoClassesGetTheUnitsThatTheLossNeeds(String loss, int units) {
        try (TrainingPlan plan = plan(CIRCLES, "model { layers = [], loss = " + loss + " }")) {
            assertEquals(units, plan.network().outputs());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "numbers | validation-auc | validation-loss, validation-r2, validation-rmse,"
                        + " validation-mae",
                "classes | validation-auc | validation-loss, validation-accuracy,"
                        + " validation-macro-f1",
                "two | validation-r2 | validation-loss, validation-accuracy, validation-macro-f1,"
                        + " validation-auc"
            })
    void refusesToWatchAMetricThatTheTaskDoesNotHave(String task, String metric, String possible) {
        String data = Map.of("numbers", LINEAR, "classes", BLOBS, "two", CIRCLES).get(task);
        assertEquals(
                "training.early-stop.metric: "
                        + metric
                        + " is not measured for these targets; choose one of "
                        + possible,
                refusal(
                        data,
                        "training { early-stop { metric = " + metric + " } }",
                        "model { layers = [] }"));
        for (String other : possible.split(", ")) {
            plan(
                            data,
                            "training { early-stop { metric = " + other + " } }",
                            "model { layers = [] }")
                    .close();
        }
    }

    @Test
    void crossEntropyMayHaveUnitsToSpare() {
        try (TrainingPlan plan =
                plan(BLOBS, "model { layers = [], output { units = 10, bias = false } }")) {
            assertEquals(10, plan.network().outputs());
            assertEquals(1, plan.network().tensors().size());
        }
    }

    @Test
    void refusesUnitsThatDoNotFit() {
        assertEquals(
                "model.output.units: 2 does not fit the data, which needs 3",
                refusal(BLOBS, "model { layers = [], output.units = 2 }"));
        assertEquals(
                "model.output.units: 4 does not fit the data, which needs 3",
                refusal(BLOBS, "model { layers = [], loss = mse, output.units = 4 }"));
        assertEquals(
                "model.output.units: 2 does not fit the data, which needs 1",
                refusal(
                        CIRCLES,
                        "model { layers = [], loss = binary-cross-entropy, output.units = 2 }"));
        assertEquals(
                "model.output.units: 2 does not fit the data, which needs 1",
                refusal(LINEAR, "model { layers = [], output.units = 2 }"));
    }

    @Test
    void refusesALossThatDoesNotFit() {
        assertEquals(
                "model.loss: the targets are numbers, so the loss is mse, mae or huber;"
                        + " cross-entropy and binary-cross-entropy need classes",
                refusal(LINEAR, "model { layers = [], loss = cross-entropy }"));
        assertEquals(
                "model.loss: binary-cross-entropy tells two classes apart, the data has 3; use"
                        + " cross-entropy",
                refusal(BLOBS, "model { layers = [], loss = binary-cross-entropy }"));
        assertEquals(
                "model.output.activation: cross-entropy brings softmax and binary-cross-entropy"
                        + " sigmoid; only mse, mae and huber take an activation",
                refusal(BLOBS, "model { layers = [], output.activation = tanh }"));
    }

    @Test
    void refusesToEndGradientsWithinASequenceThatALayerWalksBack() {
        assertEquals(
                "training.truncate: gradients cannot end within a sequence that a bidirectional"
                        + " layer walks back",
                refusal(
                        "data { source = copy-memory, samples = 40, length = 4, copied = 2,"
                                + " batch-size = 4 }",
                        "model.layers = [ { lstm = 3, bidirectional = true } ]",
                        "training.truncate = 3"));
    }

    @Test
    void repeatsALayerWithFreshWeights() {
        try (TrainingPlan plan =
                plan(
                        BLOBS,
                        "model { layers = [ { dense = 6, repeat = 3 }, { dense = 2 } ] }",
                        "seed = 5")) {
            assertEquals(
                    List.of("dense-1", "dense-2", "dense-3", "dense-4", "output"),
                    plan.network().layers());
            float[] second = tensor(plan, "dense-2.W");
            float[] third = tensor(plan, "dense-3.W");
            assertEquals(36, second.length);
            assertEquals(36, third.length);
            assertNotEquals(second[0], third[0]);
        }
    }

    @Test
    void theSeedAloneDecidesTheWeightsAndBiasesAreZero() {
        String model = "model { layers = [ { dense = 6 } ] }";
        float[] first;
        try (TrainingPlan plan = plan(BLOBS, model, "seed = 5")) {
            first = parameters(plan);
            assertEquals(0, deviation(tensor(plan, "dense-1.b")));
            assertTrue(deviation(tensor(plan, "dense-1.W")) > 0.1);
        }
        try (TrainingPlan plan = plan(BLOBS, model, "seed = 5")) {
            assertArrayEquals(first, parameters(plan));
        }
        try (TrainingPlan plan = plan(BLOBS, model, "seed = 6")) {
            assertNotEquals(first[0], parameters(plan)[0]);
        }
    }

    @Test
    void aLayersOwnActivationAndInitializerWinOverTheNetworks() {
        try (TrainingPlan plan =
                plan(
                        BLOBS,
                        "activation = relu",
                        "initializer { use = random-normal, standard-deviation = 0.01 }",
                        "bias-initializer { use = random-normal, standard-deviation = 3 }",
                        "model { layers = [",
                        "  { dense = 90 }",
                        "  { dense = 90, activation = identity,",
                        "    initializer { use = random-normal, standard-deviation = 2 } }",
                        "] }")) {
            assertEquals(Math.sqrt(2), plan.network().tensors().get(0).gain(), 1e-3);
            assertEquals(1, plan.network().tensors().get(2).gain(), 1e-6);
            assertEquals(0.01, deviation(tensor(plan, "dense-1.W")), 0.002);
            assertEquals(2, deviation(tensor(plan, "dense-2.W")), 0.1);
            assertEquals(0.01, deviation(tensor(plan, "output.W")), 0.002);
            assertEquals(3, deviation(tensor(plan, "dense-2.b")), 0.7);
        }
    }

    @Test
    void anOverrideWinsOverTheLayersOwn() {
        try (TrainingPlan plan =
                plan(
                        BLOBS,
                        "model {",
                        "  layers = [ { dense = 90, activation = identity,",
                        "    initializer { use = random-normal, standard-deviation = 2 } } ]",
                        "  override { activation = relu,",
                        "    initializer { use = random-normal, standard-deviation = 0.01 } }",
                        "}")) {
            assertEquals(Math.sqrt(2), plan.network().tensors().get(0).gain(), 1e-3);
            assertEquals(0.01, deviation(tensor(plan, "dense-1.W")), 0.002);
            assertEquals(0.01, deviation(tensor(plan, "output.W")), 0.002);
        }
    }

    @Test
    void activationsAreTunedToTheDepth() {
        try (TrainingPlan plan =
                plan(
                        BLOBS,
                        "activation = deepening",
                        "model.layers = [ { dense = 4, repeat = 2 } ]")) {
            assertEquals(
                    List.of(
                            "dense-1: activation { use = deepening, depth = 3 }",
                            "dense-2: activation { use = deepening, depth = 3 }"),
                    plan.network().needsEvengrad());
        }
    }

    @Test
    void penaltiesAreThoseOfTheLayerElseOfTheModelAndNeverOnBiases() {
        try (TrainingPlan plan =
                plan(
                        BLOBS,
                        "model { l1 = 0.5, l2 = 0.25, layers = [",
                        "  { dense = 4, l1 = 0.125 }, { dense = 4, l2 = 0 } ] }")) {
            assertArrayEquals(new float[] {0.125f, 0, 0.5f, 0, 0.5f, 0}, plan.penalties().l1());
            assertArrayEquals(new float[] {0.25f, 0, 0, 0, 0.25f, 0}, plan.penalties().l2());
        }
    }

    @Test
    void countsTheStepsOfEpochs() {
        // 200 rows: 40 for test, 24 for validation, so 136 to train on, in 7 batches.
        try (TrainingPlan plan = plan(BLOBS, "model.layers = []", "training.epochs = 3")) {
            assertEquals(7, plan.horizon().stepsPerEpoch());
            assertEquals(21, plan.horizon().steps());
            assertEquals(List.of("nonfinite"), plan.guardNames());
            assertEquals(1, plan.threads());
        }
        try (TrainingPlan plan = plan(BLOBS, "model.layers = []", "training.steps = 10")) {
            assertEquals(10, plan.horizon().steps());
        }
    }

    private static Network.Batch batch(TrainingPlan plan, int index) {
        return plan.data().toTrain().get(0, index);
    }

    @Test
    void aDataDrivenInitializerSeesTheVarianceBehindItsLayers() {
        try (TrainingPlan plan =
                plan(
                        BLOBS,
                        "activation = tanh",
                        "initializer { use = settling, variance = 0.5 }",
                        "model.layers = [ { dense = 8, repeat = 3 } ]")) {
            for (LayerSignal signal : plan.network().signals(batch(plan, 0), 1).layers()) {
                assertEquals(0.5, signal.preActivationVariance(), 1e-3, signal.layer());
            }
        }
    }

    @Test
    void aDataDrivenInitializerSeesTheMeanGradientOfTrainingBatches() {
        String[] config = {
            BLOBS,
            "activation = tanh",
            "model.layers = [ { dense = 5, initializer { use = random-normal } }, { dense = 5 } ]",
            "seed = 3",
            ""
        };
        config[4] = "initializer { use = downhill, step = 0.5 }";
        float[] refined;
        try (TrainingPlan plan = plan(config)) {
            refined = parameters(plan);
        }
        config[4] = "initializer { use = downhill, step = 0 }";
        try (TrainingPlan plan = plan(config)) {
            // The first layer has an initializer of its own, and biases have none.
            List<String> filled = List.of("dense-2.W", "output.W");
            FloatBuffer parameters = plan.network().parameters();
            assertEquals(Downhill.wave(3), tensor(plan, "output.W")[3]);
            for (int index = 0; index < 4; index++) {
                Network.Batch batch = batch(plan, index);
                plan.network().gradient(batch);
                int offset = 0;
                for (Tensor tensor : plan.network().tensors()) {
                    for (int i = 0; filled.contains(tensor.name()) && i < tensor.size(); i++) {
                        float mean = plan.network().gradient().get(offset + i) / batch.rows();
                        parameters.put(offset + i, parameters.get(offset + i) - 0.5f * mean);
                    }
                    offset += tensor.size();
                }
            }
            assertArrayEquals(parameters(plan), refined, 1e-6f);
        }
    }

    @Test
    void givesTheThreadsBackWhenAnInitializerFails() {
        int before = Nd4j.factory().blas().getMaxThreads();
        assertThrows(
                RuntimeException.class,
                () ->
                        plan(
                                BLOBS,
                                "model.layers = [ { dense = 5 } ]",
                                // The loss of the second batch is no number after such a step.
                                "initializer { use = downhill, step = 1e300 }"));
        assertEquals(before, Nd4j.factory().blas().getMaxThreads());
    }

    private static Evaluator evaluator(TrainingPlan plan, Batches part) {
        return new Evaluator(plan.network(), plan.loss(), plan.data().task(), part);
    }

    private TrainingResult train(TrainingPlan plan) {
        return new Trainer(plan, List.of(), List.of(), new StopRequest()).train();
    }

    @Test
    void theSameSeedAndThreadsTrainToTheSameBits() {
        String[] config = {
            BLOBS, "model.layers = [ { dense = 16, repeat = 2 } ]", "training.epochs = 5", ""
        };
        TrainingResult first;
        try (TrainingPlan plan = plan(config)) {
            first = train(plan);
            assertEquals(Status.HEALTHY, first.status());
        }
        try (TrainingPlan plan = plan(config)) {
            TrainingResult again = train(plan);
            assertEquals(first.parametersSha256(), again.parametersSha256());
            assertEquals(first.trainLoss(), again.trainLoss());
        }
        config[3] = "seed = 43";
        try (TrainingPlan plan = plan(config)) {
            assertNotEquals(first.parametersSha256(), train(plan).parametersSha256());
        }
    }

    @Test
    void aTrainedNetworkTellsCirclesApart() {
        try (TrainingPlan plan =
                plan(
                        CIRCLES,
                        "model { layers = [ { dense = 16, repeat = 2 } ],"
                                + " loss = binary-cross-entropy }",
                        "optimizer { use = adam, learning-rate = 0.01 }",
                        "training { epochs = 40, keep = best }")) {
            TrainingResult result = train(plan);
            assertTrue(result.test().orElseThrow().accuracy().orElseThrow() >= 0.95);
            assertTrue(result.bestEpoch().isPresent());
            assertEquals(
                    evaluator(plan, plan.data().validation().orElseThrow()).scores(),
                    result.validation().orElseThrow());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "blobs, cross-entropy, 0.3",
        "blobs, cross-entropy, 50",
        "blobs, mse, 0.3",
        "circles, cross-entropy, 0.3",
        "circles, binary-cross-entropy, 0.3",
        "circles, binary-cross-entropy, 50",
        "circles, mse, 1",
        "linear, mse, 1"
    })
    void theEvaluatorsLossIsDl4jsScoreAlsoWhereProbabilitiesAreZero(
            String source, String loss, double spread) {
        try (TrainingPlan plan =
                plan(
                        "data { source = " + source + ", samples = 300, batch-size = 204 }",
                        "activation = tanh",
                        "initializer { use = random-normal, standard-deviation = " + spread + " }",
                        "model { layers = [ { dense = 6 } ], loss = " + loss + " }")) {
            assertEquals(204, plan.data().train().examples());
            double score = plan.network().gradient(batch(plan, 0));
            double evaluated = evaluator(plan, plan.data().train()).scores().loss();
            // DL4J clips in floats: 1 - 0.99999f is a thousandth more than 1e-5.
            assertEquals(score, evaluated, 1e-4 * Math.max(1, score));
            assertEquals(score, plan.network().loss(batch(plan, 0)), 1e-5 * Math.max(1, score));
        }
    }
}
