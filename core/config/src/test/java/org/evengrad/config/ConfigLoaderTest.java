package org.evengrad.config;

import static org.evengrad.config.ConfigFixture.MINIMAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Label;
import org.evengrad.config.DataConfig.Part;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.TrainingConfig.ClassWeights;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.Samples;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.spi.Span;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    @TempDir Path folder;
    private ConfigFixture configs;

    @BeforeEach
    void makeFixture() {
        configs = new ConfigFixture(folder);
    }

    @Test
    void takesDefaultsForWhatIsAbsent() throws Exception {
        assertEquals(
                new RunConfig(
                        "net",
                        42,
                        new DataConfig(
                                new Source.Iris(DataConfig.Normalize.STANDARD),
                                32,
                                Optional.empty(),
                                Optional.empty(),
                                new Part(0.2),
                                Optional.empty(),
                                true,
                                Optional.empty(),
                                DataConfig.NormalizeTargets.NONE),
                        new ModelConfig(
                                List.of(dense(4, 1)),
                                Optional.empty(),
                                new ModelConfig.OutputConfig(
                                        Optional.empty(), Optional.empty(), true),
                                new ModelConfig.OverrideConfig(Optional.empty(), Optional.empty()),
                                ModelConfig.Normalization.NONE,
                                false,
                                0,
                                0),
                        new Samples.He(),
                        Optional.empty(),
                        new Samples.Relu(),
                        Optional.of(new Samples.Adam()),
                        Optional.of(new Samples.Constant()),
                        Optional.of(List.of(new Samples.Nonfinite())),
                        new TrainingConfig(
                                Optional.of(20),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                TrainingConfig.Keep.LAST,
                                Optional.empty(),
                                ClassWeights.Rule.NONE,
                                Optional.empty(),
                                Optional.empty()),
                        HealthConfig.DEFAULTS),
                configs.load(MINIMAL));
    }

    private static LayerConfig dense(int units, int repeat) {
        return new LayerConfig.Dense(
                units,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                repeat);
    }

    @Test
    void readsEveryKey() throws Exception {
        RunConfig config =
                configs.load(
                        """
                        name = "first run", seed = 7
                        data {
                          source = csv, file = "../tables/wine.csv", label = first
                          task = regression, header = false, normalize = min-max
                          batch-size = 16, train = 100, validation-fraction = 0.1, test = 0
                          split = time, shuffle = false
                        }
                        model {
                          layers = [
                            { dense = 64, repeat = 20 }
                            { dense = 8, activation = leaky-relu, initializer = he, l1 = 0.1, l2 = 1e-4 }
                          ]
                          loss = mse
                          output { units = 3, activation = relu, bias = false }
                          override { activation = relu, initializer { use = he } }
                          normalization = layer, residual = true
                          l1 = 0.5, l2 = 2
                        }
                        initializer = he
                        bias-initializer = he
                        activation { use = leaky-relu, slope = 0.2 }
                        optimizer { use = adam, learning-rate = 0.01 }
                        scheduler { use = cosine, warmup = 5% }
                        guards = [ nonfinite, { use = clip-global-norm, max-norm = 5 } ]
                        training {
                          steps = 1e4, threads = 2, keep = best, checkpoint-every = 500 steps
                          early-stop { metric = validation-accuracy, patience = 3 }
                          class-weights = [ 1, 2.5 ], truncate = 50, time-reduction = sum
                        }
                        """);
        assertEquals(
                new RunConfig(
                        "first run",
                        7,
                        new DataConfig(
                                new Source.Csv(
                                        folder.resolveSibling("tables").resolve("wine.csv"),
                                        "first",
                                        Optional.of(DataConfig.Task.REGRESSION),
                                        Optional.of(false),
                                        DataConfig.Normalize.MIN_MAX),
                                16,
                                Optional.of(new Part(100)),
                                Optional.of(new Part(0.1)),
                                new Part(0),
                                Optional.of(DataConfig.Split.TIME),
                                false,
                                Optional.empty(),
                                DataConfig.NormalizeTargets.NONE),
                        new ModelConfig(
                                List.of(
                                        dense(64, 20),
                                        new LayerConfig.Dense(
                                                8,
                                                Optional.of(new Samples.LeakyRelu()),
                                                Optional.of(new Samples.He()),
                                                Optional.of(0.1),
                                                Optional.of(1e-4),
                                                1)),
                                Optional.of(ModelConfig.Loss.MSE),
                                new ModelConfig.OutputConfig(
                                        Optional.of(3), Optional.of(new Samples.Relu()), false),
                                new ModelConfig.OverrideConfig(
                                        Optional.of(new Samples.Relu()),
                                        Optional.of(new Samples.He())),
                                ModelConfig.Normalization.LAYER,
                                true,
                                0.5,
                                2),
                        new Samples.He(),
                        Optional.of(new Samples.He()),
                        new Samples.LeakyRelu(0.2),
                        Optional.of(new Samples.Adam(0.01, 0.9, 0.999)),
                        Optional.of(new Samples.Cosine(new Span(5, Span.Unit.PERCENT), 0)),
                        Optional.of(
                                List.of(new Samples.Nonfinite(), new Samples.ClipGlobalNorm(5))),
                        new TrainingConfig(
                                Optional.empty(),
                                Optional.of(10_000L),
                                Optional.of(2),
                                Optional.of(
                                        new TrainingConfig.EarlyStop(
                                                TrainingConfig.Metric.VALIDATION_ACCURACY, 3)),
                                TrainingConfig.Keep.BEST,
                                Optional.of(new Span(500, Span.Unit.STEPS)),
                                new ClassWeights.Given(List.of(1.0, 2.5)),
                                Optional.of(50),
                                Optional.of(TrainingConfig.TimeReduction.SUM)),
                        HealthConfig.DEFAULTS),
                config);
    }

    private Source source(String keys) throws Exception {
        return configs.load("data { source = " + keys + " }\nmodel.layers = []").data().source();
    }

    @Test
    void readsEverySource() throws Exception {
        assertEquals(
                new Source.Idx(folder.resolve("images.gz"), folder.resolve("labels.gz")),
                source("idx, images = images.gz, labels = sub/../labels.gz"));
        assertEquals(
                new Source.Blobs(90, 3, 5, 0.5),
                source("blobs, samples = 90, classes = 3, features = 5, spread = 0.5"));
        assertEquals(
                new Source.Circles(80, 0.1, 0.3),
                source("circles, samples = 80, noise = 0.1, factor = 0.3"));
        assertEquals(
                new Source.Spirals(70, 2, 0, 1.5),
                source("spirals, samples = 70, noise = 0, turns = 1.5"));
        assertEquals(
                new Source.Linear(60, 3, 0.1),
                source("linear, samples = 60, features = 3, noise = 0.1"));
        assertEquals(
                new Source.Csv(
                        folder.resolve("a.csv"),
                        "last",
                        Optional.empty(),
                        Optional.empty(),
                        DataConfig.Normalize.STANDARD),
                source("csv, file = a.csv"));
        assertEquals(
                new Source.Csv(
                        folder.resolve("a.csv"),
                        new Label.Several(List.of("x", "y")),
                        Optional.of(DataConfig.Task.MULTI_LABEL),
                        Optional.empty(),
                        DataConfig.Normalize.NONE,
                        DataConfig.Missing.MEDIAN,
                        Optional.of("patient"),
                        Optional.of("day"),
                        true),
                source(
                        "csv, file = a.csv, label = [x, y], task = multi-label, normalize = none,"
                                + " missing = median, group = patient, time = day, streaming ="
                                + " true"));
        assertEquals(
                new Source.SequenceCsv(
                        folder.resolve("a.csv"),
                        "run",
                        "t",
                        new Label.One("y"),
                        DataConfig.LabelPer.STEP,
                        Optional.empty(),
                        DataConfig.Normalize.STANDARD,
                        DataConfig.Missing.REFUSE,
                        Optional.empty(),
                        false),
                source(
                        "sequence-csv, file = a.csv, id = run, time = t, label = y, label-per ="
                                + " step"));
        assertEquals(new Source.Text(folder.resolve("a.txt"), 64), source("text, file = a.txt"));
        assertEquals(
                new Source.AddingProblem(50, 30),
                source("adding-problem, samples = 50, length = 30"));
        assertEquals(new Source.CopyMemory(1000, 20, 8, 10), source("copy-memory, length = 20"));
    }

    @Test
    void readsClassWeightsAsAWordOrAsAList() throws Exception {
        assertEquals(ClassWeights.Rule.BALANCED, classWeights("balanced"));
        assertEquals(new ClassWeights.Given(List.of(0.0, 3.0)), classWeights("[0, 3]"));
    }

    private ClassWeights classWeights(String value) throws Exception {
        return configs.load(MINIMAL + "training.class-weights = " + value)
                .training()
                .classWeights();
    }

    @Test
    void anEmptyListOfGuardsTurnsThemOff() throws Exception {
        assertEquals(Optional.of(List.of()), configs.load(MINIMAL + "guards = []").guards());
    }

    @Test
    void nullTakesAValueBack() throws Exception {
        RunConfig config =
                configs.load(
                        MINIMAL
                                + """
                                optimizer { use = adam, beta1 = 0.5 }
                                optimizer = null
                                optimizer { use = sgd }
                                scheduler = null
                                training { steps = null }
                                """);
        assertEquals(Optional.of(new Samples.Sgd()), config.optimizer());
        assertEquals(Optional.of(new Samples.Constant()), config.scheduler());
        assertEquals(Optional.of(20), config.training().epochs());
    }

    @Test
    void readsIncludedFilesAndPathsBesideThem() throws Exception {
        configs.write("base/data.conf", "source = csv, file = table.csv");
        configs.write("base/base.conf", "data { include \"data\" }\nseed = 1");
        RunConfig config =
                configs.load(
                        """
                        include "base/base"
                        seed = 2
                        model.layers = []
                        """);
        assertEquals(2, config.seed());
        assertTrue(config.data().source() instanceof Source.Csv);
        assertEquals(
                folder.resolve("base/table.csv"), ((Source.Csv) config.data().source()).file());
    }

    @Test
    void readsAnIncludedUrlOnlyIfAllowed() throws Exception {
        Path base = configs.write("base.conf", MINIMAL + "seed = 5");
        String text = "include url(\"" + base.toUri().toURL() + "\")";
        assertEquals(
                "net.conf:1: include \"file:base.conf\": including a URL is not allowed\n",
                configs.refusal(text));
        ConfigLoader loader = new ConfigLoader(Samples.registry()).allowingUrls();
        LoadedConfig loaded = loader.load(configs.write("net.conf", text), Map.of());
        assertEquals(5, loaded.config().seed());
    }

    @Test
    void readsEnvironmentVariablesAsWhatTheirKeyWants() throws Exception {
        RunConfig config =
                configs.load(
                        """
                        data { source = csv, file = ${EVENGRAD_TEST_FOLDER}/a.csv, label = ${EVENGRAD_TEST_NUMBER} }
                        model.layers = []
                        optimizer { use = sgd, learning-rate = ${EVENGRAD_TEST_NUMBER} }
                        seed = ${?EVENGRAD_TEST_NO_SUCH_VARIABLE}
                        """);
        Source.Csv csv = (Source.Csv) config.data().source();
        assertEquals(folder.resolve("some/folder/a.csv"), csv.file());
        assertEquals(new Label.One("0.5"), csv.label());
        assertEquals(Optional.of(new Samples.Sgd(0.5)), config.optimizer());
        assertEquals(42, config.seed());
    }

    @Test
    void namesARunByItsFileWhateverThatIsCalled() throws Exception {
        ConfigLoader loader = new ConfigLoader(Samples.registry());
        Map<String, String> none = Map.of();
        Path odd = configs.write("my net (2).v1.conf", MINIMAL);
        assertEquals("my-net-2-.v1", loader.load(odd, none).config().name());
        Path hidden = configs.write(".conf", MINIMAL);
        assertEquals("runconf", loader.load(hidden, none).config().name());
    }

    @Test
    void aDefaultThatIsNotInstalledIsAMissingStrategy() throws Exception {
        ConfigLoader loader =
                new ConfigLoader(
                        PluginLoader.load(
                                ClassLoader.getPlatformClassLoader(),
                                List.of(),
                                List.of(new Samples.He(), new Samples.Relu(), new Samples.Sgd())));
        Path file = configs.write("net.conf", MINIMAL + "scheduler = constant, guards = []");
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> loader.load(file, Map.of()));
        assertEquals(
                file
                        + "|no scheduler 'constant' is installed. Installed schedulers: none. For"
                        + " another, add the jar that holds it to plugins/ or pass --plugins DIR\n"
                        + "default|no optimizer 'adam' is installed. Installed optimizers: sgd. For"
                        + " another, add the jar that holds it to plugins/ or pass --plugins DIR",
                String.join(
                        "\n",
                        refusal.problems().stream()
                                .map(problem -> problem.file() + "|" + problem.message())
                                .toList()));
    }

    @Test
    void theStarterLoads() throws Exception {
        RunConfig config = configs.load(ConfigLoader.starter());
        assertEquals("iris", config.name());
        assertEquals(Optional.of(new Samples.Adam(0.01, 0.9, 0.999)), config.optimizer());
    }

    @Test
    void theStarterExplainsEveryTopLevelKey() {
        for (RecordComponent component : RunConfig.class.getRecordComponents()) {
            String key = KebabCase.of(component.getName());
            assertTrue(
                    ConfigLoader.starter()
                            .lines()
                            .anyMatch(line -> line.matches("(# )?" + key + " .*")),
                    key);
        }
    }

    @Test
    void readsTheDataOfAFileWhoseStrategiesAreNotInstalled() throws Exception {
        Path file =
                configs.write(
                        "net.conf",
                        """
                        seed = 7
                        data { source = iris, batch-size = 8 }
                        model { layers = [ { dense = 4, activation = absent } ] }
                        optimizer { use = absent-too, rate = 1 }
                        """);
        ConfigLoader loader = new ConfigLoader(Samples.registry());

        RunData data = loader.loadData(file, Map.of("data.batch-size", "16"));

        assertEquals("net", data.name());
        assertEquals(7, data.seed());
        assertEquals(16, data.data().batchSize());
    }

    @Test
    void saysWhatIsWrongWithTheDataOfAFile() throws Exception {
        Path file = configs.write("net.conf", "data { source = iris, batch-size = 0 }");
        ConfigLoader loader = new ConfigLoader(Samples.registry());

        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> loader.loadData(file, Map.of()));

        assertEquals("data.batch-size", refused.problems().get(0).key());
        assertEquals(1, refused.problems().size());
    }
}
