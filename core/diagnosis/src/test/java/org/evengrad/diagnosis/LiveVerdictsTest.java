package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.Checkpoint;
import org.evengrad.engine.train.HealthMonitor;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Verdicts on data, loss and learning rates, before training and while it goes on. */
class LiveVerdictsTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(LiveVerdictsTest.class.getClassLoader(), List.of(), List.of());

    private static final String BLOBS =
            """
            data { source = blobs, samples = 300, classes = 3, features = 6, spread = 0.5
                   batch-size = 16 }
            model.layers = [ { dense = 16, repeat = 2 } ]
            """;

    @TempDir private Path folder;

    private TrainingPlan plan(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), config);
        return new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY))
                .plan(new ConfigLoader(REGISTRY).load(file, Map.of()));
    }

    private List<Verdict> check(String config) throws IOException {
        try (TrainingPlan plan = plan(config)) {
            return new Checkup(plan, 4, 4).run().verdicts();
        }
    }

    private TrainingResult train(String config, HealthMonitor watch, TrainingListener... followers)
            throws IOException {
        try (TrainingPlan plan = plan(config)) {
            return new Trainer(plan, List.of(watch), List.of(followers), new StopRequest()).train();
        }
    }

    /** One whose clock stands still, so that no budget is ever used up and all looks are taken. */
    private static HealthWatch watch() {
        return new HealthWatch(() -> 0);
    }

    private static Optional<Verdict> find(List<Verdict> verdicts, String problem) {
        return verdicts.stream().filter(verdict -> verdict.problem().equals(problem)).findFirst();
    }

    /** Rows of two features and a target. */
    private void csv(String name, int rows, double scale, double offset, double targetScale)
            throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            double x = random.nextDouble() - 0.5;
            double y = random.nextDouble() - 0.5;
            text.append(offset + scale * x).append(',').append(offset + scale * y).append(',');
            text.append(targetScale * 3 * (x - y)).append('\n');
        }
        Files.writeString(folder.resolve(name), text);
    }

    private static final String REGRESSION =
            """
            data { source = csv, file = rows.csv, task = regression, normalize = none }
            model.layers = [ { dense = 8 } ]
            optimizer { use = sgd, learning-rate = 0.01 }
            training.steps = 100
            """;

    @Test
    void rawFeaturesDriveTheFirstLayerOutOfItsRange() throws IOException {
        csv("rows.csv", 200, 255, 127, 1);
        Verdict verdict = find(check(REGRESSION), Verdict.INPUT_SCALE).orElseThrow();
        assertEquals(Severity.WARN, verdict.severity());
        assertEquals("features", verdict.cause());
        assertEquals(List.of("dense-1"), verdict.layers());
        assertTrue(verdict.evidence().get("firstPreActivation").value() > 10);
    }

    @Test
    void targetsInTheThousandsAreOfTheWrongScale() throws IOException {
        csv("rows.csv", 200, 2, 0, 5000);
        Verdict verdict = find(check(REGRESSION), Verdict.INPUT_SCALE).orElseThrow();
        assertEquals("targets", verdict.cause());
        assertEquals(List.of(), verdict.layers());
    }

    @Test
    void numbersAroundOneAreFine() throws IOException {
        csv("rows.csv", 200, 3, 0, 1);
        List<Verdict> verdicts = check(REGRESSION);
        assertEquals(Optional.empty(), find(verdicts, Verdict.INPUT_SCALE));
        assertEquals(Optional.empty(), find(verdicts, Verdict.LOSS_MISMATCH));
    }

    @Test
    void targetsBeyondASigmoidDoNotFitIt() throws IOException {
        csv("rows.csv", 200, 3, 0, 1);
        Verdict verdict =
                find(check(REGRESSION + "model.output.activation = sigmoid"), Verdict.LOSS_MISMATCH)
                        .orElseThrow();
        assertEquals("targets-out-of-range", verdict.cause());
        assertTrue(verdict.evidence().get("shareOfRows").value() > 0.4);
    }

    private String imported(Activation hidden, Activation output, int outputs) throws IOException {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .seed(3)
                                .list()
                                .layer(
                                        new DenseLayer.Builder()
                                                .nIn(6)
                                                .nOut(3)
                                                .activation(hidden)
                                                .build())
                                .layer(
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nIn(3)
                                                .nOut(outputs)
                                                .activation(output)
                                                .build())
                                .build());
        network.init();
        ModelSerializer.writeModel(network, folder.resolve("model.zip").toFile(), true);
        return BLOBS.replace("layers = [ { dense = 16, repeat = 2 } ]", "dl4j = model.zip")
                        .replace("model.layers", "model.dl4j")
                + "optimizer = adam, training.epochs = 2\n";
    }

    @Test
    void aSoftmaxBehindASoftmaxIsOneTooMany() throws IOException {
        Verdict verdict =
                find(
                                check(imported(Activation.SOFTMAX, Activation.SOFTMAX, 3)),
                                Verdict.LOSS_MISMATCH)
                        .orElseThrow();
        assertEquals("doubled-softmax", verdict.cause());
        assertEquals(
                Optional.empty(),
                find(
                        check(imported(Activation.TANH, Activation.SOFTMAX, 3)),
                        Verdict.LOSS_MISMATCH));
    }

    private static String sgd(double rate) {
        return BLOBS
                + "activation = tanh, initializer = xavier, optimizer { use = sgd, learning-rate = "
                + rate
                + " }, training.steps = 400\n";
    }

    @Test
    void triesOtherLearningRatesBeforeTraining() throws IOException {
        List<Verdict> high = check(sgd(60));
        assertEquals(
                Severity.WARN,
                find(high, Verdict.LEARNING_RATE_TOO_HIGH).orElseThrow().severity(),
                () -> "" + high);
        List<Verdict> low = check(sgd(2e-5));
        Verdict tooLow = find(low, Verdict.LEARNING_RATE_TOO_LOW).orElseThrow();
        assertEquals(Severity.WARN, tooLow.severity());
        assertEquals(List.of(), check(sgd(0.1)));
    }

    @Test
    void labelsThatMeanNothingGiveAFlatLossAndNoVanishingGradient() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < 1200; row++) {
            for (int feature = 0; feature < 4; feature++) {
                rows.append(random.nextDouble()).append(',');
            }
            rows.append(random.nextBoolean() ? "yes" : "no").append('\n');
        }
        Files.writeString(folder.resolve("noise.csv"), rows);
        TrainingResult result =
                train(
                        """
                        data { source = csv, file = noise.csv, batch-size = 32 }
                        model.layers = [ { dense = 8 } ]
                        optimizer { use = sgd, learning-rate = 0.05 }
                        training.steps = 500, health.budget = 100%
                        """,
                        watch());
        Verdict flat = find(result.verdicts(), Verdict.FLAT_LOSS).orElseThrow();
        assertTrue(flat.why().startsWith("No illness of gradients"), flat.why());
        assertTrue(flat.firstStep() >= 200, "" + flat.firstStep());
        assertEquals(Optional.empty(), find(result.verdicts(), Verdict.VANISHING_GRADIENT));
    }

    @Test
    void labelsThatAreLearnedByHeartAreSeenOnValidationRows() throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < 600; row++) {
            for (int feature = 0; feature < 8; feature++) {
                rows.append(random.nextDouble()).append(',');
            }
            rows.append(random.nextBoolean() ? "yes" : "no").append('\n');
        }
        Files.writeString(folder.resolve("noise.csv"), rows);
        TrainingResult result =
                train(
                        """
                        data { source = csv, file = noise.csv, batch-size = 32 }
                        model.layers = [ { dense = 64 } ]
                        optimizer { use = adam, learning-rate = 0.01 }
                        training.steps = 400, health.budget = 100%
                        """,
                        watch());
        assertTrue(
                find(result.verdicts(), Verdict.FLAT_LOSS).isPresent(),
                () -> result.validation() + " " + result.trainLoss() + " " + result.verdicts());
        Verdict flat = find(result.verdicts(), Verdict.FLAT_LOSS).orElseThrow();
        assertTrue(flat.evidence().get("lossOverNullLoss").value() < 0.9, flat.what());
        assertTrue(flat.evidence().get("validationLoss").value() > 0.98, flat.what());
    }

    /** Collects what was told on the way. */
    private static final class Told implements TrainingListener {
        private final List<Verdict> verdicts = new ArrayList<>();

        @Override
        public void verdict(Verdict verdict) {
            verdicts.add(verdict);
        }
    }

    @Test
    void aRateThatIsTooHighIsSaidWhileTrainingGoesOn() throws IOException {
        Told told = new Told();
        train(sgd(60).replace("steps = 400", "steps = 3000"), watch(), told);
        Verdict high = find(told.verdicts, Verdict.LEARNING_RATE_TOO_HIGH).orElseThrow();
        assertTrue(high.firstStep() <= 300, "by a tenth of the run, not " + high.firstStep());
    }

    @Test
    void watchingChangesNoBit() throws IOException {
        String config = sgd(60).replace("steps = 400", "steps = 300");
        HealthMonitor nobody = ending -> List.of();
        String alone = train(config, nobody).parametersSha256();
        Told told = new Told();
        String watched = train(config + "health.budget = 100%", watch(), told).parametersSha256();
        assertTrue(
                find(told.verdicts, Verdict.LEARNING_RATE_TOO_HIGH).isPresent(),
                "forks were made: " + told.verdicts);
        assertEquals(alone, watched);
    }

    @Test
    void aWatchThatGoesOnFromACheckpointSaysTheSame() throws IOException {
        String config = sgd(60).replace("steps = 400", "steps = 300") + "health.budget = 100%";
        List<Verdict> whole = train(config, watch()).verdicts();
        List<Checkpoint> saved = new ArrayList<>();
        StopRequest stop = new StopRequest();
        TrainingListener asking =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == 120) {
                            stop.request();
                        }
                    }

                    @Override
                    public void checkpoint(Checkpoint checkpoint) {
                        saved.add(checkpoint);
                    }
                };
        try (TrainingPlan plan = plan(config)) {
            new Trainer(plan, List.of(watch()), List.of(asking), stop).train();
        }
        try (TrainingPlan plan = plan(config)) {
            List<Verdict> resumed =
                    new Trainer(
                                    plan,
                                    List.of(watch()),
                                    List.of(),
                                    new StopRequest(),
                                    Optional.of(saved.get(0)))
                            .train()
                            .verdicts();
            assertEquals(problems(whole), problems(resumed));
        }
    }

    private static List<String> problems(List<Verdict> verdicts) {
        return verdicts.stream().map(v -> v.problem() + " since " + v.firstStep()).toList();
    }

    @Test
    void aHealthyRunHearsNothing() throws IOException {
        Told told = new Told();
        TrainingResult result = train(sgd(0.1) + "health.budget = 100%", watch(), told);
        assertEquals(List.of(), told.verdicts);
        assertEquals(List.of(), result.verdicts());
    }

    @Test
    void aLossThatSwingsIsSaid() throws IOException {
        // The gradient of an absolute error does not get smaller near the bottom of the valley.
        csv("rows.csv", 60, 3, 0, 1);
        Told told = new Told();
        train(
                """
                data { source = csv, file = rows.csv, task = regression, normalize = none
                       batch-size = 41 }
                model { layers = [ { dense = 8 } ], loss = mae }, activation = tanh, initializer = xavier
                optimizer { use = sgd, learning-rate = 1.4 }
                training.steps = 600
                """,
                watch(),
                told);
        Optional<Verdict> swings = find(told.verdicts, Verdict.OSCILLATING_LOSS);
        assertTrue(swings.isPresent(), () -> "" + told.verdicts);
        assertTrue(swings.get().evidence().get("autocorrelation").value() < -0.3);
    }
}
