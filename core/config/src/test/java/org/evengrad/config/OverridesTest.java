package org.evengrad.config;

import static org.evengrad.config.ConfigFixture.MINIMAL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.evengrad.config.DataConfig.Part;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.plugins.Samples;
import org.evengrad.spi.Span;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverridesTest {
    private static final String ADAM = MINIMAL + "optimizer { use = adam, beta1 = 0.5 }\n";

    @TempDir Path folder;
    private ConfigFixture configs;

    @BeforeEach
    void makeFixture() {
        configs = new ConfigFixture(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "{ use = sgd }", "{use=sgd}", "\"sgd\""})
    void replacesAStrategyWhole(String value) throws Exception {
        assertEquals(
                new Samples.Sgd(),
                configs.load(ADAM, Map.of("optimizer", value)).optimizer().orElseThrow());
    }

    @Test
    void anotherUseReplacesTheStrategyWhole() throws Exception {
        assertEquals(
                new Samples.Sgd(0.5),
                configs.load(
                                ADAM,
                                new TreeMap<>(
                                        Map.of(
                                                "optimizer.use", "sgd",
                                                "optimizer.learning-rate", "0.5")))
                        .optimizer()
                        .orElseThrow());
    }

    @Test
    void keepsTheOtherOptionsOfAStrategy() throws Exception {
        assertEquals(
                new Samples.Adam(0.01, 0.5, 0.999),
                configs.load(ADAM, Map.of("optimizer.learning-rate", "0.01"))
                        .optimizer()
                        .orElseThrow());
    }

    @Test
    void givesAnOptionToAStrategyThatIsOnlyNamedOrOnlyDefault() throws Exception {
        Map<String, String> override = Map.of("optimizer.learning-rate", "0.01");
        assertEquals(
                new Samples.Sgd(0.01),
                configs.load(MINIMAL + "optimizer = sgd", override).optimizer().orElseThrow());
        assertEquals(
                new Samples.Adam(0.01, 0.9, 0.999),
                configs.load(MINIMAL, override).optimizer().orElseThrow());
    }

    @Test
    void doesNotDependOnTheirOrder() throws Exception {
        Map<String, String> sorted =
                new TreeMap<>(Map.of("optimizer", "sgd", "optimizer.learning-rate", "5"));
        Map<String, String> reversed = new TreeMap<>(Comparator.reverseOrder());
        reversed.putAll(sorted);
        assertEquals(new Samples.Sgd(5), configs.load(ADAM, sorted).optimizer().orElseThrow());
        assertEquals(new Samples.Sgd(5), configs.load(ADAM, reversed).optimizer().orElseThrow());
    }

    @Test
    void readsAValueAsHoconOrElseAsText() throws Exception {
        RunConfig config =
                configs.load(
                        "data { source = csv, file = x.csv }\nmodel.layers = []",
                        Map.of(
                                "data.file", "C:\\a b#1.csv",
                                "data.label", "1,5",
                                "data.header", "true",
                                "guards", "[ nonfinite, { use = clip-global-norm, max-norm = 2 } ]",
                                "training.checkpoint-every", "2 epochs",
                                "training.steps", "${seed}",
                                "seed", "7"));
        Source.Csv csv = (Source.Csv) config.data().source();
        assertEquals("C:\\a b#1.csv", folder.relativize(csv.file()).toString());
        assertEquals(Optional.of(7L), config.training().steps());
        assertEquals(List.of("1,5"), csv.label().names());
        assertEquals(Optional.of(true), csv.header());
        assertEquals(
                Optional.of(List.of(new Samples.Nonfinite(), new Samples.ClipGlobalNorm(2))),
                config.guards());
        assertEquals(
                Optional.of(new Span(2, Span.Unit.EPOCHS)), config.training().checkpointEvery());
    }

    @Test
    void replacesAPartByEitherOfItsNames() throws Exception {
        String file = "data { source = iris, test = 0.3 }\nmodel.layers = []";
        assertEquals(
                new Part(0.1),
                configs.load(file, Map.of("data.test-fraction", "0.1")).data().test());
        assertEquals(
                new Part(0.1),
                configs.load(file.replace("test", "test-fraction"), Map.of("data.test", "0.1"))
                        .data()
                        .test());
    }

    @Test
    void refersToAnotherKeyAsTheFileDoes() throws Exception {
        RunConfig config =
                configs.load(
                        MINIMAL + "model { l1 = 0.25, l2 = ${model.l1} }",
                        Map.of("model.l1", "0.5"));
        assertEquals(0.5, config.model().l2());
    }

    @Test
    void includesNothing() throws Exception {
        assertEquals(
                "include \"http://localhost/x.conf\": including a URL is not allowed\n",
                configs.refusal(
                        MINIMAL, Map.of("data", "{ include url(\"http://localhost/x.conf\") }")));
        assertEquals(
                "include \"base.conf\": only a file can include another\n",
                configs.refusal(MINIMAL, Map.of("data", "{ include \"base.conf\" }")));
    }

    @Test
    void reportsProblemsWithoutAFile() throws Exception {
        assertEquals(
                """
                seed (net.conf: 4): must be a whole number, not the text "x"
                -D option: 'a..b' is not a key
                model.layers.0.activation (-D option): model.layers is a list, and an override cannot reach into a list; give the whole list: model.layers=[…]
                optimizer.learnin-rate (-D option): unknown option of optimizer 'adam'. Did you mean learning-rate? Options: learning-rate, beta1, beta2
                """,
                configs.refusal(
                        ADAM + "seed = x",
                        new TreeMap<>(
                                Map.of(
                                        "a..b", "1",
                                        "model.layers.0.activation", "relu",
                                        "optimizer.learnin-rate", "0.1"))));
    }
}
