package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthWatchTest {
    private static final String TEN_BLOBS =
            """
            data { source = blobs, samples = 1200, classes = 10, features = 20, batch-size = 32 }
            """;

    @TempDir Path folder;

    private TrainingResult train(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), config);
        StrategyRegistry registry =
                PluginLoader.load(HealthWatchTest.class.getClassLoader(), List.of(), List.of());
        Planner planner = new Planner(registry, new Dl4jNetworkBuilder(registry));
        try (TrainingPlan plan = planner.plan(new ConfigLoader(registry).load(file, Map.of()))) {
            return new Trainer(plan, List.of(new HealthWatch()), List.of(), new StopRequest())
                    .train();
        }
    }

    private static Verdict only(TrainingResult result, String problem) {
        List<Verdict> found =
                result.verdicts().stream().filter(v -> v.problem().equals(problem)).toList();
        assertEquals(1, found.size(), () -> problem + " in " + result.verdicts());
        return found.get(0);
    }

    private static boolean has(TrainingResult result, String problem) {
        return result.verdicts().stream().anyMatch(v -> v.problem().equals(problem));
    }

    @Test
    void namesTheLayersOfADeepSigmoidNetworkThatGradientDescentCannotMove() throws IOException {
        TrainingResult result =
                train(
                        TEN_BLOBS
                                + """
                                model { layers = [ { dense = 32, repeat = 24 } ] }
                                activation = sigmoid, initializer = xavier
                                optimizer { use = sgd, learning-rate = 0.1 }
                                training { epochs = 4 }
                                """);
        assertEquals(Status.UNHEALTHY, result.status());
        Verdict verdict = only(result, Verdict.VANISHING_GRADIENT);
        assertEquals(Severity.ERROR, verdict.severity());
        assertEquals("activation-slope", verdict.cause());
        assertTrue(verdict.layers().containsAll(List.of("dense-3", "dense-12", "dense-24")));
        assertFalse(verdict.layers().contains("dense-1"), "nothing is lost behind the first layer");
        assertTrue(verdict.evidence().get("totalSignal").value() < 1e-8);
        assertTrue(verdict.evidence().get("leastTravel").value() < 1e-2);
    }

    @Test
    void blamesTheWeightsWhenTheyAreTooSmall() throws IOException {
        TrainingResult result =
                train(
                        TEN_BLOBS
                                + """
                                model { layers = [ { dense = 32, repeat = 12 } ] }
                                activation = tanh
                                initializer { use = random-normal, standard-deviation = 0.02 }
                                optimizer { use = sgd, learning-rate = 0.1 }
                                training { epochs = 3 }
                                """);
        assertEquals("weights", only(result, Verdict.VANISHING_GRADIENT).cause());
    }

    @Test
    void isSilentOnAHealthyNetwork() throws IOException {
        TrainingResult result =
                train(
                        """
                        data { source = iris, batch-size = 16 }
                        model { layers = [ { dense = 16, repeat = 2 } ] }
                        activation = tanh, initializer = xavier
                        optimizer { use = adam, learning-rate = 0.01 }
                        training { epochs = 20 }
                        """);
        assertEquals(List.of(), result.verdicts());
        assertEquals(Status.HEALTHY, result.status());
    }

    @Test
    void isSilentWhenTheGradientIsSmallBecauseTheNetworkIsTrained() throws IOException {
        TrainingResult result =
                train(
                        """
                        data { source = blobs, samples = 300, spread = 0.1, batch-size = 32 }
                        model { layers = [ { dense = 16, repeat = 2 } ] }
                        activation = tanh, initializer = xavier
                        optimizer { use = momentum, learning-rate = 0.2 }
                        training { epochs = 200 }
                        """);
        assertTrue(result.trainLoss() < 1e-4, () -> "trained to " + result.trainLoss());
        assertEquals(List.of(), result.verdicts());
    }

    @Test
    void isSilentOnADeepNetworkThatStillLearns() throws IOException {
        TrainingResult result =
                train(
                        TEN_BLOBS
                                + """
                                model { layers = [ { dense = 64, repeat = 4 } ] }
                                activation = relu, initializer = he
                                optimizer { use = sgd, learning-rate = 0.003 }
                                training { epochs = 4 }
                                """);
        assertFalse(has(result, Verdict.VANISHING_GRADIENT), () -> "" + result.verdicts());
    }

    @Test
    void doesNotCallARateThatIsTooLowAVanishingGradient() throws IOException {
        TrainingResult result =
                train(
                        TEN_BLOBS
                                + """
                                model { layers = [ { dense = 32, repeat = 2 } ] }
                                activation = relu, initializer = he
                                optimizer { use = sgd, learning-rate = 1.0e-7 }
                                training { epochs = 2 }
                                """);
        assertFalse(has(result, Verdict.VANISHING_GRADIENT), () -> "" + result.verdicts());
    }

    @Test
    void doesNotCallLabelsThatMeanNothingAVanishingGradient() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < 600; row++) {
            for (int feature = 0; feature < 6; feature++) {
                rows.append(random.nextDouble()).append(',');
            }
            rows.append(random.nextBoolean() ? "yes" : "no").append('\n');
        }
        Files.writeString(folder.resolve("noise.csv"), rows);
        TrainingResult result =
                train(
                        """
                        data { source = csv, file = noise.csv, batch-size = 32 }
                        model { layers = [ { dense = 32, repeat = 3 } ] }
                        activation = relu, initializer = he
                        optimizer { use = adam, learning-rate = 0.0005 }
                        training { epochs = 5 }
                        """);
        assertFalse(has(result, Verdict.VANISHING_GRADIENT), () -> "" + result.verdicts());
        assertEquals(Status.HEALTHY, result.status());
    }

    @Test
    void saysThatGradientsExplodeAndWhichTensorBrokeFirst() throws IOException {
        TrainingResult result =
                train(
                        TEN_BLOBS
                                + """
                                model { layers = [ { dense = 64, repeat = 20 } ] }
                                activation = relu
                                initializer { use = random-normal, standard-deviation = 1.5 }
                                optimizer { use = sgd, learning-rate = 0.1 }
                                training { epochs = 10 }
                                """);
        assertEquals(Status.DIVERGED, result.status());
        assertEquals(Severity.ERROR, only(result, Verdict.EXPLODING_GRADIENT).severity());
        Verdict broken = only(result, Verdict.NON_FINITE);
        assertEquals(Severity.ERROR, broken.severity());
        assertEquals("overflow", broken.cause());
        assertTrue(broken.what().contains("20 unusable steps in a row"), broken.what());
    }

    @Test
    void saysThatARateIsTooLargeWhenTheSignalsAreFine() throws IOException {
        TrainingResult result =
                train(
                        TEN_BLOBS
                                + """
                                model { layers = [ { dense = 64, repeat = 3 } ] }
                                activation = relu, initializer = he
                                optimizer { use = sgd, learning-rate = 500 }
                                training { epochs = 4 }
                                """);
        Verdict verdict = only(result, Verdict.EXPLODING_GRADIENT);
        assertEquals("learning-rate", verdict.cause());
        assertTrue(verdict.advice().get(0).startsWith("optimizer.learning-rate = 50"));
    }

    @Test
    void doesNotCallTargetsFarFromZeroAnExplodingGradient() throws IOException {
        SplittableRandom random = new SplittableRandom(8);
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < 600; row++) {
            double x = random.nextDouble();
            double y = random.nextDouble();
            rows.append(x).append(',').append(y).append(',').append(40 + x - y).append('\n');
        }
        Files.writeString(folder.resolve("far.csv"), rows);
        TrainingResult result =
                train(
                        """
                        data { source = csv, file = far.csv, task = regression }
                        model { layers = [ { dense = 16, repeat = 2 } ] }
                        activation = relu, initializer = he
                        optimizer { use = adam, learning-rate = 0.001 }
                        training { epochs = 4 }
                        """);
        assertTrue(result.trainLoss() > 1, "no better than a constant yet");
        assertFalse(has(result, Verdict.EXPLODING_GRADIENT), () -> "" + result.verdicts());
        assertEquals("targets", only(result, Verdict.INPUT_SCALE).cause());
    }

    @Test
    void saysThatLayersAreNarrowAndDoesNotAdviseWhatIsAlreadyThere() throws IOException {
        TrainingResult result =
                train(
                        TEN_BLOBS
                                + """
                                model { layers = [ { dense = 4, repeat = 30 } ] }
                                activation = relu, initializer = he
                                optimizer { use = sgd, learning-rate = 0.01 }
                                training { epochs = 2 }
                                """);
        Verdict verdict = only(result, Verdict.VANISHING_GRADIENT);
        assertTrue(verdict.why().contains("narrow for this depth"), verdict.why());
        assertTrue(verdict.advice().get(0).startsWith("model.layers: wider"), verdict.why());
        assertFalse(verdict.advice().toString().contains("activation = relu"));
    }
}
