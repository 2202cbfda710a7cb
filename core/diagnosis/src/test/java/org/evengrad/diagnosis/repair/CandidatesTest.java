package org.evengrad.diagnosis.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.Origin;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;

class CandidatesTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(CandidatesTest.class.getClassLoader(), List.of(), List.of());
    private static final String DEEP_SIGMOID =
            """
            data { source = blobs, samples = 60 }
            model.layers = [ { dense = 4, repeat = 6 } ]
            activation = sigmoid, initializer = xavier
            training.steps = 100
            """;
    private static final String SGD = "optimizer { use = sgd, learning-rate = 0.1 }\n";

    @TempDir Path folder;

    private List<Patch> singles(StrategyRegistry registry, String config, Verdict... verdicts)
            throws IOException {
        try (TrainingPlan plan = plan(config)) {
            return new Candidates(registry).singles(plan, List.of(verdicts));
        }
    }

    private List<Patch> singles(String config, Verdict... verdicts) throws IOException {
        return singles(REGISTRY, config, verdicts);
    }

    private Patch recipe(String config) throws IOException {
        try (TrainingPlan plan = plan(config)) {
            return new Candidates(REGISTRY).recipe(plan);
        }
    }

    private TrainingPlan plan(String config, Map<String, String> overrides) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), config);
        Planner planner = new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY));
        return planner.plan(new ConfigLoader(REGISTRY).load(file, overrides));
    }

    private TrainingPlan plan(String config) throws IOException {
        return plan(config, Map.of());
    }

    private static Verdict error(String problem, String cause) {
        return verdict(problem, Severity.ERROR, cause);
    }

    private static Verdict verdict(String problem, Severity severity, String cause) {
        return new Verdict(
                problem, severity, List.of(), cause, Map.of(), new Seeds(1, 1), "", "", List.of());
    }

    private static List<String> names(List<Patch> patches) {
        return patches.stream().map(Patch::name).toList();
    }

    @Test
    void replacesASigmoidWhoseSlopeIsToBlame() throws IOException {
        assertEquals(
                List.of(
                        "activation = elu, initializer = he",
                        "model.normalization = batch",
                        "activation = elu, initializer = he, optimizer.learning-rate = 0.01"),
                names(singles(DEEP_SIGMOID, error(Verdict.VANISHING_GRADIENT, "activation-slope")))
                        .subList(0, 3));
    }

    @Test
    void triesTheWeightsFirstWhereWeightsAreToBlame() throws IOException {
        String config =
                DEEP_SIGMOID
                        .replace("sigmoid", "relu")
                        .replace("xavier", "{ use = random-uniform }");
        assertEquals(
                "initializer = he",
                names(singles(config, error(Verdict.VANISHING_GRADIENT, "weights"))).get(0));
    }

    @Test
    void fitsTheWeightsToABoundedActivation() throws IOException {
        String config =
                DEEP_SIGMOID
                        .replace("sigmoid", "tanh")
                        .replace("xavier", "{ use = random-normal }");
        assertEquals(
                "initializer = xavier",
                names(singles(config, error(Verdict.EXPLODING_GRADIENT, "weights"))).get(1));
    }

    @Test
    void triesWeightsAndStepsTogetherWhereTheOptimizerDoesNotRescale() throws IOException {
        Verdict verdict = error(Verdict.VANISHING_GRADIENT, "activation-slope");
        String all =
                "activation = elu, initializer = he, optimizer = { use = adam, learning-rate ="
                        + " 0.01 }";
        assertTrue(names(singles(DEEP_SIGMOID + SGD, verdict)).contains(all));
        String rescales = DEEP_SIGMOID + "optimizer { use = adam, learning-rate = 0.01 }\n";
        assertFalse(
                singles(rescales, verdict).stream().anyMatch(patch -> patch.edits().size() > 2));
    }

    @Test
    void takesSmallerStepsTheMoreUnitsAddUpTheirChanges() throws IOException {
        Verdict verdict = error(Verdict.VANISHING_GRADIENT, "activation-slope");
        String rate =
                "activation = elu, initializer = he, optimizer = { use = adam, learning-rate = ";
        for (String[] each :
                new String[][] {
                    {"16", "2", "0.01"}, {"20", "30", "0.003"}, {"20", "50", "0.001"}
                }) {
            String layers = "[ { dense = %s, repeat = %s } ]".formatted(each[0], each[1]);
            String config = DEEP_SIGMOID.replace("[ { dense = 4, repeat = 6 } ]", layers) + SGD;
            assertTrue(names(singles(config, verdict)).contains(rate + each[2] + " }"), layers);
        }
    }

    @Test
    void replacesARectifierOnlyWhereLayersAreLikelyToBeSilentByChance() throws IOException {
        String relu =
                DEEP_SIGMOID
                                .replace("sigmoid", "relu")
                                .replace("xavier", "{ use = random-uniform }")
                        + SGD;
        Verdict verdict = error(Verdict.VANISHING_GRADIENT, "weights");
        String steps = "initializer = he, optimizer = { use = adam, learning-rate = ";
        assertTrue(names(singles(relu, verdict)).contains("activation = elu, " + steps + "0.01 }"));
        String wide = relu.replace("dense = 4", "dense = 40");
        assertTrue(names(singles(wide, verdict)).contains(steps + "0.003 }"));
    }

    @Test
    void bringsFeaturesToOneScaleBeforeAnythingElse() throws IOException {
        String pixels = DEEP_SIGMOID.replace("blobs, samples = 60", "iris, normalize = none") + SGD;
        assertEquals(
                List.of(
                        "data.normalize = standard",
                        "data.normalize = standard, activation = elu, initializer = he, optimizer ="
                                + " { use = adam, learning-rate = 0.01 }"),
                names(singles(pixels, error(Verdict.INPUT_SCALE, "features"))).subList(0, 2));
    }

    @Test
    void lowersARateByAHundredFirstIfNothingIsLearnedAtIt() throws IOException {
        assertEquals(
                List.of("optimizer.learning-rate = 0.001", "optimizer.learning-rate = 0.01"),
                names(singles(DEEP_SIGMOID + SGD, error(Verdict.LEARNING_RATE_TOO_HIGH, "")))
                        .subList(0, 2));
        assertEquals(
                "optimizer.learning-rate = 0.01",
                names(
                                singles(
                                        DEEP_SIGMOID + SGD,
                                        verdict(Verdict.LEARNING_RATE_TOO_HIGH, Severity.WARN, "")))
                        .get(0));
    }

    @Test
    void raisesARateThatIsTooLow() throws IOException {
        assertEquals(
                "optimizer.learning-rate = 1",
                names(
                                singles(
                                        DEEP_SIGMOID + SGD,
                                        verdict(Verdict.LEARNING_RATE_TOO_LOW, Severity.WARN, "")))
                        .get(0));
    }

    @Test
    void trainsLongerWhereTheBudgetIsToBlame() throws IOException {
        assertTrue(
                names(
                                singles(
                                        DEEP_SIGMOID,
                                        verdict(Verdict.SLOW_CONVERGENCE, Severity.WARN, "budget")))
                        .contains("training.steps = 200"));
    }

    @Test
    void takesAwayBiasesThatKeepUnitsDead() throws IOException {
        assertEquals(
                "bias-initializer = zeros",
                names(
                                singles(
                                        DEEP_SIGMOID
                                                + "bias-initializer = { use = constant, value ="
                                                + " -10 }",
                                        error(Verdict.DEAD_UNITS, "bias")))
                        .get(0));
    }

    @Test
    void writesLayersAgainWithGatesOfTheSameSize() throws IOException {
        String config =
                """
                data { source = adding-problem, samples = 40, length = 5, batch-size = 8 }
                model.layers = [ { simple-rnn = 3, bidirectional = true }, { dense = 4, l2 = 0.1 } ]
                training.steps = 10
                """;
        assertEquals(
                List.of(
                        "initializer = irnn",
                        "model.layers = [ { gru = 3, bidirectional = true }, { dense = 4, l2 = 0.1"
                                + " } ]"),
                names(singles(config, error(Verdict.VANISHING_GRADIENT, "horizon"))).subList(0, 2));
    }

    @Test
    void keepsStatesWhereLargerStepsAloneTeachNoMemory() throws IOException {
        String data =
                """
                data { source = adding-problem, samples = 40, length = 5, batch-size = 8 }
                optimizer { use = sgd, learning-rate = 0.0001 }
                training.steps = 10
                """;
        Verdict tooLow = verdict(Verdict.LEARNING_RATE_TOO_LOW, Severity.WARN, "");
        String kept = "initializer = irnn, optimizer = { use = adam, learning-rate = 0.001 }";
        assertEquals(
                List.of("optimizer.learning-rate = 0.001", "optimizer.learning-rate = 0.01", kept),
                names(singles(data + "model.layers = [ { simple-rnn = 3 } ]", tooLow))
                        .subList(0, 3));
        assertFalse(names(singles(data + "model.layers = [ { gru = 3 } ]", tooLow)).contains(kept));
    }

    @Test
    void scalesFeaturesAndTargetsThatAreNot() throws IOException {
        Path table = folder.resolve("rows.csv");
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            rows.append(i).append(',').append(1000.5 * i).append('\n');
        }
        Files.writeString(table, rows);
        String config =
                """
                data { source = csv, file = rows.csv, normalize = none, task = regression, batch-size = 8 }
                model.layers = [ { dense = 4 } ]
                training.steps = 10
                """;
        assertEquals(
                "data.normalize = standard",
                names(singles(config, error(Verdict.INPUT_SCALE, "features"))).get(0));
        assertEquals(
                "data.normalize-targets = standard",
                names(singles(config, error(Verdict.INPUT_SCALE, "targets"))).get(0));
    }

    @Test
    void overridesWhatLayersSayThemselves() throws IOException {
        String config =
                DEEP_SIGMOID.replace(
                        "{ dense = 4, repeat = 6 }",
                        "{ dense = 4, repeat = 6, activation = tanh, initializer = xavier }");
        assertEquals(
                "model.override.activation = elu, model.override.initializer = he",
                names(singles(config, error(Verdict.VANISHING_GRADIENT, "activation-slope")))
                        .get(0));
    }

    @Test
    void putsWhatHelpsAgainstTwoProblemsBeforeWhatHelpsAgainstOne() throws IOException {
        String config = DEEP_SIGMOID.replace("sigmoid", "relu").replace("xavier", "he");
        Verdict dead = verdict(Verdict.DEAD_UNITS, Severity.WARN, "too-narrow");
        Verdict scale = verdict(Verdict.INPUT_SCALE, Severity.WARN, "features");
        List<String> names = names(singles(config, scale, dead));
        assertEquals("model.normalization = batch", names.get(0), names::toString);
    }

    @Test
    void proposesSomethingWhereNothingIsKnown() throws IOException {
        assertEquals(6, singles(DEEP_SIGMOID).size());
    }

    @Test
    void proposesNothingTwiceAndNothingThatIsThereAlready() throws IOException {
        String config =
                """
                data { source = blobs, samples = 60 }
                model { layers = [ { dense = 4, repeat = 6 } ], normalization = layer, residual = true }
                activation = elu, initializer = he
                optimizer { use = adam, learning-rate = 0.01 }
                training.steps = 100
                """;
        List<String> present =
                List.of(
                        "activation = elu",
                        "initializer = he",
                        "model.residual = true",
                        "model.normalization = batch",
                        "optimizer = { use = adam, learning-rate = 0.01 }");
        for (String problem : Verdict.PROBLEMS) {
            for (String cause : List.of("weights", "activation", "too-narrow", "learning-rate")) {
                List<String> names = names(singles(config, error(problem, cause)));
                assertEquals(names.size(), new HashSet<>(names).size(), names::toString);
                assertTrue(names.stream().noneMatch(present::contains), names::toString);
            }
        }
    }

    /** A configuration of a network with weights of its own. */
    private String brought() throws IOException {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Adam(0.02, 0.8, 0.999, 1e-8))
                                .list()
                                .layer(new DenseLayer.Builder().nIn(4).nOut(4).build())
                                .layer(new OutputLayer.Builder().nIn(4).nOut(3).build())
                                .build());
        network.init();
        network.params().muli(0.1);
        ModelSerializer.writeModel(network, folder.resolve("mine.zip").toFile(), false);
        return "data { source = iris }\nmodel.dl4j = mine.zip\n";
    }

    @Test
    void givesAModelThatWasBroughtWhatItsLossExpects() throws IOException {
        String config = brought();
        Verdict oneUnit = error(Verdict.LOSS_MISMATCH, "one-unit-softmax");
        assertEquals(
                "model.loss = binary-cross-entropy, model.output.match-loss = true",
                names(singles(config, oneUnit)).get(0));
        String binary = config + "model.loss = binary-cross-entropy\n";
        assertEquals("model.output.match-loss = true", names(singles(binary, oneUnit)).get(0));
        Verdict log = error(Verdict.NON_FINITE, "log-of-zero");
        assertEquals("model.output.match-loss = true", names(singles(binary, log)).get(0));
    }

    @Test
    void saysThatGivenWeightsAreDrawnAnew() throws IOException {
        Patch patch = singles(brought(), error(Verdict.VANISHING_GRADIENT, "weights")).get(0);
        String reason = patch.edits().get(0).reason();
        assertTrue(reason.endsWith("; draws given weights anew"), patch::toString);
    }

    @Test
    void writesOnlyOptionsOfABroughtOptimizerThatDifferFromTheirDefaults() throws IOException {
        Verdict tooLow = error(Verdict.LEARNING_RATE_TOO_LOW, "learning-rate");
        assertEquals(
                "optimizer = { use = adam, learning-rate = 0.2, beta1 = 0.8 }",
                names(singles(brought(), tooLow)).get(0));
    }

    @Test
    void proposesOnlyWhatAPlanTakes() throws IOException {
        List<String> problems =
                List.of(Verdict.VANISHING_GRADIENT, Verdict.INPUT_SCALE, Verdict.SLOW_CONVERGENCE);
        for (String problem : problems) {
            for (Patch patch :
                    singles(
                            DEEP_SIGMOID + SGD,
                            error(problem, "weights"),
                            error(problem, "bias"))) {
                plan(DEEP_SIGMOID + SGD, patch.overrides()).close();
            }
        }
    }

    @Test
    void leavesOutWhatIsNotInstalled() throws IOException {
        List<StrategyType> some =
                REGISTRY.all().stream().filter(type -> !type.name().equals("elu")).toList();
        List<Patch> patches =
                singles(
                        new StrategyRegistry(some, List.of()),
                        DEEP_SIGMOID,
                        error(Verdict.VANISHING_GRADIENT, "activation-slope"));
        assertTrue(names(patches).stream().noneMatch(name -> name.contains("= elu")));
        assertTrue(names(patches).contains("model.normalization = batch"));
    }

    @Test
    void findsAPlaceForAPluginThatDeclaresWhatItHelpsAgainst() throws IOException {
        List<StrategyType> more = new ArrayList<>(REGISTRY.all());
        more.add(StrategyType.describe(Remedy.class, Origin.bound()));
        StrategyRegistry registry = new StrategyRegistry(more, List.of());
        Verdict slope = error(Verdict.VANISHING_GRADIENT, "activation-slope");
        List<String> names = names(singles(registry, DEEP_SIGMOID, slope));
        assertTrue(names.subList(0, 5).contains("initializer = remedy"), names::toString);
        Verdict weights = error(Verdict.VANISHING_GRADIENT, "weights");
        assertFalse(
                names(singles(registry, DEEP_SIGMOID, weights)).contains("initializer = remedy"));
    }

    @Test
    void makesASaneConfiguration() throws IOException {
        assertEquals(
                "activation = relu, initializer = he, model.normalization = batch, optimizer = {"
                        + " use = adam, learning-rate = 0.001 }",
                recipe(DEEP_SIGMOID + SGD).name());
    }

    @Test
    void changesNothingThatIsSane() throws IOException {
        assertTrue(
                recipe(
                                """
                                data { source = blobs, samples = 60 }
                                model { layers = [ { dense = 4 } ], normalization = batch }
                                """)
                        .isEmpty());
    }

    /** What someone else may write. */
    @Strategy(
            name = "remedy",
            summary = "Something new",
            formula = "w = 0",
            useWhen = "in tests",
            avoidWhen = "elsewhere",
            reference = "https://example.org",
            since = "1.0",
            helpsAgainst = "vanishing-gradient/activation-slope")
    public record Remedy() implements Initializer {
        @Override
        public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {}
    }
}
