package org.evengrad.engine.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.plugins.HashedJar;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.config.plugins.Provenance.Use;
import org.evengrad.engine.data.Normalizer;
import org.evengrad.engine.data.TargetScale;
import org.evengrad.engine.metrics.Confusion;
import org.evengrad.engine.network.PhaseTimes.Phase;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.run.ModelDescription.Penalty;
import org.evengrad.engine.step.HeapNetwork;
import org.evengrad.engine.train.Ending;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.Plans;
import org.evengrad.engine.train.Scores;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.TrainingResult.Quantiles;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.optimizers.sgd.Sgd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JSON files of a run folder. */
class RunJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SHA256 = "ab".repeat(32);
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private final HeapNetwork network = new HeapNetwork(HeapNetwork.constant(), 1, 4, 1);
    private final TrainingPlan plan = Plans.plan(network, new Sgd(), 30);

    @TempDir private Path folder;

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private TrainingResult result(
            Status status, Reason reason, Optional<Scores> scores, double number) {
        return new TrainingResult(
                plan,
                status,
                new Ending(reason, 30, 2, Optional.empty()),
                10,
                number,
                1.5,
                number,
                scores,
                scores,
                scores.map(present -> 7),
                new Quantiles(number, 3),
                new Quantiles(number, 4000),
                Map.of(Phase.NETWORK, 0.75, Phase.OPTIMIZER, 0.25),
                1,
                0.25,
                SHA256,
                List.of(
                        new Verdict(
                                "exploding-gradient",
                                Severity.WARN,
                                List.of("dense-1"),
                                "weights",
                                Map.of("D", new Evidence(1e9, Double.POSITIVE_INFINITY)),
                                new Seeds(1, 1),
                                "what",
                                "why",
                                List.of("initializer = he"))),
                List.of(),
                List.of());
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void theSummaryHasEveryKeyWhateverTheStatus(Status status) throws IOException {
        TrainingResult result = result(status, Reason.EARLY_STOP, Optional.empty(), Double.NaN);
        JsonNode summary = JSON.readTree(SummaryJson.of(result));
        assertEquals(
                List.of(
                        "name",
                        "seed",
                        "status",
                        "endReason",
                        "steps",
                        "epochs",
                        "startupSeconds",
                        "seconds",
                        "trainLoss",
                        "validationLoss",
                        "validationAccuracy",
                        "validationMetrics",
                        "validationLossPerStep",
                        "testLoss",
                        "testAccuracy",
                        "testMetrics",
                        "testLossPerStep",
                        "testConfusion",
                        "bestEpoch",
                        "samplesPerSecond",
                        "stepMillis",
                        "phaseShares",
                        "skippedSteps",
                        "rollbacks",
                        "clippedShare",
                        "parameters",
                        "parametersSha256",
                        "model",
                        "verdicts",
                        "waived",
                        "notices"),
                keys(summary));
        assertEquals(status.name().toLowerCase(Locale.ROOT), summary.get("status").asText());
        assertEquals("early-stop", summary.get("endReason").asText());
        for (String key :
                List.of(
                        "startupSeconds",
                        "trainLoss",
                        "validationLoss",
                        "validationAccuracy",
                        "testLoss",
                        "testAccuracy",
                        "validationLossPerStep",
                        "testLossPerStep",
                        "testConfusion",
                        "bestEpoch")) {
            assertTrue(summary.get(key).isNull(), key);
        }
        assertTrue(summary.get("validationMetrics").isEmpty());
        assertTrue(summary.get("testMetrics").isEmpty());
        assertEquals(List.of("median", "p95"), keys(summary.get("stepMillis")));
        assertTrue(summary.get("stepMillis").get("median").isNull());
        assertEquals(4000, summary.get("samplesPerSecond").get("p95").asDouble());
        assertEquals(
                List.of(
                        "batch",
                        "forward",
                        "backward",
                        "weight-gradient",
                        "network",
                        "guards",
                        "optimizer"),
                keys(summary.get("phaseShares")));
        assertEquals(0.75, summary.get("phaseShares").get("network").asDouble());
        assertTrue(summary.get("phaseShares").get("forward").isNull());
    }

    @Test
    void theSummaryHasTheNumbersOfTheRun() throws IOException {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("auc", 1 / 3.0);
        metrics.put("accuracy", 0.5);
        metrics.put("logLoss", Double.NaN);
        Confusion confusion = new Confusion(List.of(List.of(2L, 0L), List.of(1L, 3L)));
        Scores scores =
                new Scores(0.75, metrics, List.of(0.5, Double.NaN), Optional.of(confusion), 5);
        TrainingResult result =
                result(Status.HEALTHY, Reason.COMPLETED, Optional.of(scores), 0.125);
        JsonNode summary = JSON.readTree(SummaryJson.of(result));
        assertEquals("a-test", summary.get("name").asText());
        assertEquals(7, summary.get("seed").asLong());
        assertEquals("completed", summary.get("endReason").asText());
        assertEquals(30, summary.get("steps").asLong());
        assertEquals(10, summary.get("epochs").asInt());
        assertEquals(0.125, summary.get("startupSeconds").asDouble());
        assertEquals(1.5, summary.get("seconds").asDouble());
        assertEquals(0.125, summary.get("trainLoss").asDouble());
        assertEquals(0.75, summary.get("validationLoss").asDouble());
        assertEquals(0.5, summary.get("validationAccuracy").asDouble());
        assertEquals(0.75, summary.get("testLoss").asDouble());
        assertEquals(0.5, summary.get("testAccuracy").asDouble());
        for (String part : List.of("validation", "test")) {
            assertEquals(
                    "{\"auc\":0.3333333333333333,\"accuracy\":0.5,\"logLoss\":null}",
                    summary.get(part + "Metrics").toString());
            assertEquals("[0.5,null]", summary.get(part + "LossPerStep").toString());
        }
        assertEquals(
                "{\"classes\":[\"output 1\",\"output 2\"],\"counts\":[[2,0],[1,3]]}",
                summary.get("testConfusion").toString());
        assertEquals(7, summary.get("bestEpoch").asInt());
        assertEquals(0.125, summary.get("stepMillis").get("median").asDouble());
        assertEquals(2, summary.get("skippedSteps").asLong());
        assertEquals(1, summary.get("rollbacks").asLong());
        assertEquals(0.25, summary.get("clippedShare").asDouble());
        assertEquals((1 + 1) * 4 + (4 + 1) * 1, summary.get("parameters").asInt());
        assertEquals(SHA256, summary.get("parametersSha256").asText());
        assertFalse(summary.get("model").get("opensWithPlainDl4j").asBoolean());
        assertEquals(
                "dense-1: activation { use = odd }",
                summary.get("model").get("needs").get(0).asText());
        JsonNode verdict = summary.get("verdicts").get(0);
        assertEquals("warn", verdict.get("severity").asText());
        assertEquals(1e9, verdict.get("evidence").get("D").get("value").asDouble());
        assertTrue(verdict.get("evidence").get("D").get("threshold").isNull());
    }

    @Test
    void theManifestSaysWhatRanOnWhat() throws IOException {
        HashedJar jar = HashedJar.of(Files.writeString(folder.resolve("a-plugin.jar"), "abc"));
        Provenance used =
                new Provenance(
                        List.of(jar),
                        List.of(
                                new Use(Kind.OPTIMIZER, "plain", "a-plugin.jar", jar.sha256()),
                                new Use(Kind.GUARD, "nonfinite", null, null)));
        JsonNode running =
                JSON.readTree(
                        ManifestJson.of(plan, used, START, Optional.empty(), Optional.empty()));
        assertEquals(
                List.of(
                        "version",
                        "gitCommit",
                        "seed",
                        "threads",
                        "jdk",
                        "os",
                        "processor",
                        "backend",
                        "blas",
                        "configSha256",
                        "dataSha256",
                        "rows",
                        "normalizer",
                        "plugins",
                        "strategies",
                        "notes",
                        "start",
                        "end",
                        "exitReason"),
                keys(running));
        assertTrue(running.get("end").isNull());
        assertTrue(running.get("exitReason").isNull());
        assertTrue(running.get("configSha256").isNull());
        assertEquals(START.toString(), running.get("start").asText());
        assertEquals("heap", running.get("backend").asText());
        assertEquals(List.of("name", "version", "threads"), keys(running.get("blas")));
        assertEquals(List.of("version", "vendor", "flags"), keys(running.get("jdk")));
        assertEquals(List.of("name", "version", "arch"), keys(running.get("os")));
        assertEquals(10, running.get("rows").get("train").asInt());
        assertEquals(5, running.get("rows").get("validation").asInt());
        assertEquals(3, running.get("rows").get("test").asInt());
        assertEquals("none", running.get("normalizer").get("kind").asText());
        // The SHA-256 of "abc", from FIPS 180-2.
        assertEquals(
                "[{\"file\":\"a-plugin.jar\",\"sha256\":\"ba7816bf8f01cfea414140de5dae2223b00361a39"
                        + "6177a9cb410ff61f20015ad\"}]",
                running.get("plugins").toString());
        assertEquals(
                "[{\"kind\":\"optimizer\",\"name\":\"plain\",\"jar\":\"a-plugin.jar\",\"sha256\":\""
                        + jar.sha256()
                        + "\"},{\"kind\":\"guard\",\"name\":\"nonfinite\",\"jar\":null,"
                        + "\"sha256\":null}]",
                running.get("strategies").toString());

        JsonNode ended =
                JSON.readTree(
                        ManifestJson.of(
                                plan,
                                Provenance.NONE,
                                START,
                                Optional.of(START.plusSeconds(9)),
                                Optional.of("completed")));
        assertEquals("2026-01-02T03:04:14Z", ended.get("end").asText());
        assertEquals("completed", ended.get("exitReason").asText());
    }

    @Test
    void aModelDescriptionReadsBackAsItWasWritten() throws IOException {
        ModelDescription description =
                new ModelDescription(
                        List.of(1, 28, 28),
                        List.of("setosa", "\"quoted\", ü"),
                        new Normalizer(
                                Normalize.MIN_MAX,
                                new double[] {0.3, 2},
                                new double[] {0.1, -3},
                                new double[] {1e-9, 7}),
                        new TargetScale(new double[] {3e5}, new double[] {0.1}),
                        Optional.of("name = \"a\"\nseed = 1\n"),
                        Optional.of("{ use = adam }"),
                        List.of(
                                new Use(Kind.ACTIVATION, "bend", "bend-1.0.jar", SHA256),
                                new Use(Kind.OPTIMIZER, "adam", null, null)),
                        Map.of("dense-1", new Penalty(0, 0.001)));
        ModelDescription again = ModelDescription.parse(description.toJson());
        assertEquals(description, again);
        assertArrayEquals(new double[] {0.3, 2}, again.normalizer().replacements());
        assertArrayEquals(new double[] {1e-9, 7}, again.normalizer().scale());
    }

    @Test
    void aModelDescriptionMayHaveNeitherClassesNorConfig() throws IOException {
        ModelDescription description =
                new ModelDescription(
                        List.of(4),
                        List.of(),
                        Normalizer.none(),
                        TargetScale.none(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Map.of());
        assertEquals(description, ModelDescription.parse(description.toJson()));
    }

    @Test
    void refusesTextThatIsNoModelDescription() {
        for (String text :
                List.of(
                        "",
                        "no json",
                        "{}",
                        "[]",
                        "{\"normalizer\":{\"kind\":\"other\"}}",
                        "{\"normalizer\":{\"kind\":\"standard\",\"shift\":[1],\"scale\":[0]}}",
                        "{\"normalizer\":{\"kind\":\"none\"},"
                                + "\"targetScale\":{\"mean\":[1],\"deviation\":[0]}}")) {
            assertThrows(IOException.class, () -> ModelDescription.parse(text), text);
        }
    }
}
