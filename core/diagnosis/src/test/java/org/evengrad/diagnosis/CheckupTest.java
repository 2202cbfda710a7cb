package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckupTest {
    private static final String BLOBS =
            """
            data { source = blobs, samples = 600, classes = 4, features = 10, batch-size = 32 }
            training { epochs = 10 }
            """;
    private static final String SGD =
            """
            optimizer { use = sgd, learning-rate = 0.01 }
            """;
    private static final String ADAM =
            """
            optimizer { use = adam, learning-rate = 0.001 }
            """;

    @TempDir Path folder;

    private TrainingPlan plan(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), config);
        StrategyRegistry registry =
                PluginLoader.load(CheckupTest.class.getClassLoader(), List.of(), List.of());
        Planner planner = new Planner(registry, new Dl4jNetworkBuilder(registry));
        return planner.plan(new ConfigLoader(registry).load(file, Map.of()));
    }

    private CheckResult check(String config) throws IOException {
        try (TrainingPlan plan = plan(config)) {
            return new Checkup(plan).run();
        }
    }

    /** With few initializations, where they need not be many. */
    private CheckResult quickCheck(String config) throws IOException {
        try (TrainingPlan plan = plan(config)) {
            return new Checkup(plan, 4, 4).run();
        }
    }

    private static Verdict only(CheckResult result, String problem) {
        List<Verdict> found =
                result.verdicts().stream().filter(v -> v.problem().equals(problem)).toList();
        assertEquals(1, found.size(), () -> problem + " in " + result.verdicts());
        return found.get(0);
    }

    private static float[] parameters(TrainingPlan plan) {
        float[] values = new float[plan.network().parameters().limit()];
        plan.network().parameters().get(0, values);
        return values;
    }

    @Test
    void leavesParametersAndRunningStatisticsAsTheyWere() throws IOException {
        try (TrainingPlan plan =
                plan(
                        BLOBS
                                + ADAM
                                + """
                                model { layers = [ { dense = 8 } ], normalization = batch }
                                """)) {
            float[] before = parameters(plan);
            new Checkup(plan).run();
            assertArrayEquals(before, parameters(plan));
        }
    }

    @Test
    void saysTheSameEachTime() throws IOException {
        try (TrainingPlan plan =
                plan(BLOBS + ADAM + "model { layers = [ { dense = 4, repeat = 14 } ] }")) {
            CheckResult one = new Checkup(plan).run();
            CheckResult other = new Checkup(plan).run();
            assertEquals(one.verdicts(), other.verdicts());
            assertEquals(one.layers(), other.layers());
            assertEquals(one.seeds(), other.seeds());
        }
    }

    @Test
    void namesTheSlopeOfADeepSigmoidNetworkAndMarksItsLayers() throws IOException {
        CheckResult result =
                check(
                        BLOBS
                                + ADAM
                                + """
                                model { layers = [ { dense = 64, repeat = 20 } ] }
                                activation = sigmoid, initializer = xavier
                                """);
        Verdict verdict = only(result, Verdict.VANISHING_GRADIENT);
        assertEquals(Severity.ERROR, verdict.severity());
        assertEquals("activation-slope", verdict.cause());
        assertEquals(new Seeds(16, 16), verdict.seeds());
        Evidence signal = verdict.evidence().get("totalSignal");
        assertEquals(1e-5, signal.threshold());
        assertTrue(signal.value() < 1e-8);
        assertTrue(verdict.evidence().get("gradientsBelowEpsilon").value() > 0.5);
        assertTrue(verdict.advice().get(0).contains("activation = relu"));
        assertFalse(result.healthy());
        assertFalse(result.layers().get(0).blamed());
        assertTrue(result.layers().get(10).blamed());
        assertEquals(0.235, result.layers().get(10).activationGain().median(), 0.01);
    }

    @Test
    void saysHowLittleTheWeightsOfGradientDescentAreGoingToTravel() throws IOException {
        CheckResult result =
                check(
                        BLOBS
                                + SGD
                                + """
                                model { layers = [ { dense = 32, repeat = 12 } ] }
                                activation = sigmoid, initializer = xavier
                                """);
        Evidence travel = only(result, Verdict.VANISHING_GRADIENT).evidence().get("leastTravel");
        assertTrue(travel.value() < 1e-4, () -> "" + travel);
        assertEquals(1e-2, travel.threshold());
    }

    @Test
    void blamesWeightsThatAreTooLargeForAnExplosion() throws IOException {
        CheckResult result =
                check(
                        BLOBS
                                + SGD
                                + """
                                model { layers = [ { dense = 64, repeat = 30 } ] }
                                activation = relu
                                initializer { use = random-normal, standard-deviation = 0.4 }
                                """);
        Verdict verdict = only(result, Verdict.EXPLODING_GRADIENT);
        assertEquals(Severity.ERROR, verdict.severity());
        assertEquals("weights", verdict.cause());
        assertTrue(verdict.evidence().get("totalSignal").value() > 1e6);
        assertTrue(verdict.layers().contains("dense-15"));
        assertTrue(verdict.advice().get(0).contains("initializer = he"));
    }

    @Test
    void blamesTheRateWhereSignalsAreEven() throws IOException {
        CheckResult result =
                check(
                        BLOBS
                                + """
                                model { layers = [ { dense = 32, repeat = 2 } ] }
                                activation = relu, initializer = he
                                optimizer { use = sgd, learning-rate = 20 }
                                """);
        Verdict verdict = only(result, Verdict.EXPLODING_GRADIENT);
        assertEquals("learning-rate", verdict.cause());
        assertTrue(verdict.advice().get(0).startsWith("optimizer.learning-rate = 2"));
    }

    @Test
    void blamesBiasesForUnitsThatAreDeadFromTheStart() throws IOException {
        CheckResult result =
                check(
                        BLOBS
                                + ADAM
                                + """
                                model { layers = [ { dense = 32, repeat = 3 } ] }
                                activation = relu, initializer = he
                                bias-initializer { use = constant, value = -30 }
                                """);
        Verdict verdict = only(result, Verdict.DEAD_UNITS);
        assertEquals(Severity.ERROR, verdict.severity());
        assertEquals("bias", verdict.cause());
        assertEquals(0.5, verdict.evidence().get("deadLayerShare").threshold());
        assertTrue(
                result.verdicts().stream()
                        .noneMatch(v -> v.problem().equals(Verdict.VANISHING_GRADIENT)),
                () -> "" + result.verdicts());
    }

    @Test
    void saysThatSmallWeightsAreAMatterOfTheOptimizer() throws IOException {
        String model =
                """
                model { layers = [ { dense = 64, repeat = 10 } ] }
                activation = relu
                initializer { use = random-normal, standard-deviation = 0.0884 }
                """;
        assertEquals(
                Severity.WARN,
                only(check(BLOBS + SGD + model), Verdict.VANISHING_GRADIENT).severity());
        assertEquals(List.of(), check(BLOBS + ADAM + model).verdicts());
    }

    @Test
    void isSilentOnHealthyNetworks() throws IOException {
        for (String model :
                List.of(
                        "model { layers = [ { dense = 16, repeat = 3 } ] }",
                        "model { layers = [ { dense = 32 }, { dropout = 0.5 }, { dense = 32 } ] }",
                        "model { layers = [ { dense = 32, repeat = 4 } ], normalization = batch }",
                        "model { layers = [ { dense = 64 }, { dense = 8 }, { dense = 64 } ] }",
                        """
                        initializer = rezero, activation = tanh
                        model { layers = [ { dense = 16 }
                                           { residual = [ { dense = 16 } ], repeat = 12 } ] }
                        """,
                        """
                        initializer = fixup
                        model { layers = [ { dense = 16 }
                                           { residual = [ { dense = 16, repeat = 2 } ]
                                             repeat = 8 } ] }
                        """)) {
            for (String optimizer : List.of(SGD, ADAM)) {
                CheckResult result =
                        quickCheck(
                                "activation = relu, initializer = he\n"
                                        + BLOBS
                                        + optimizer
                                        + model);
                assertEquals(List.of(), result.verdicts(), model);
                assertTrue(result.healthy());
            }
        }
    }

    @Test
    void isSilentOnBranchesThatStayClosedWhereSignalsGoAround() throws IOException {
        CheckResult result =
                quickCheck(
                        BLOBS
                                + ADAM
                                + """
                                initializer = rezero, activation = relu
                                model { layers = [ { dense = 16 }
                                                   { residual = [ { dense = 16 } ], repeat = 3 } ] }
                                """);
        assertEquals(List.of(), result.verdicts());
    }

    @Test
    void setsVerdictsApartThatTheConfigurationAccepts() throws IOException {
        CheckResult result =
                check(
                        BLOBS
                                + ADAM
                                + """
                                model { layers = [ { dense = 16, repeat = 20 } ] }
                                activation = sigmoid, initializer = xavier
                                health.ignore = [
                                  { problem = vanishing-gradient, reason = "a lesson" } ]
                                """);
        assertTrue(result.healthy());
        assertEquals("a lesson", result.waived().get(0).waiver().reason());
        assertTrue(result.layers().get(5).blamed());
    }

    @Test
    void tellsHowFarARecurrentLayerReachesBack() throws IOException {
        CheckResult result =
                check(
                        """
                        data { source = adding-problem, samples = 200, length = 60 }
                        model { layers = [ { simple-rnn = 16 } ] }
                        initializer { use = random-normal, standard-deviation = 0.1 }
                        optimizer { use = sgd, learning-rate = 0.01 }
                        training { epochs = 4 }
                        """);
        Verdict verdict = only(result, Verdict.VANISHING_GRADIENT);
        assertEquals(Severity.ERROR, verdict.severity());
        assertEquals(List.of("simple-rnn-1"), verdict.layers());
        assertEquals("recurrent-weights", verdict.cause());
        assertEquals(15, verdict.evidence().get("horizon").threshold());
        assertTrue(result.layers().get(0).horizon().getAsInt() < 15);
        assertTrue(verdict.advice().get(0).contains("lstm"));
    }
}
