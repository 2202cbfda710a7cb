package org.evengrad.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.evengrad.engine.step.HeapNetwork;
import org.evengrad.engine.step.Penalties;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.TrainingStep;
import org.evengrad.engine.train.Scores;
import org.evengrad.engine.train.TrainingListener.Evaluation;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.optimizers.sgd.Sgd;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

class MetricsLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Horizon HORIZON = new Horizon(2000, 10);

    private final HeapNetwork network = new HeapNetwork(HeapNetwork.constant(3, 4), 1, 1);
    private final StepRecord record = new StepRecord(2, 1);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Scales and skips every step whose number, from 1, this divides. */
    private TrainingStep skippingEvery(int period) {
        return guarded(period, true);
    }

    /** Scales in every step whose number, from 1, this divides. */
    private TrainingStep scalingEvery(int period) {
        return guarded(period, false);
    }

    private TrainingStep guarded(int period, boolean skip) {
        GradientGuard guard =
                layout ->
                        (gradient, at, ruling) -> {
                            if ((at.step() + 1) % period == 0) {
                                ruling.scale(1, 0.25, "a quarter");
                                if (skip) {
                                    ruling.skip("told to");
                                }
                            }
                        };
        return new TrainingStep(
                network, new Sgd(0.5), at -> 1, List.of(guard), Penalties.none(2), HORIZON, 7);
    }

    private MetricsLog log(OutputStream out, long fullDetailBytes) throws IOException {
        return new MetricsLog(
                out,
                0,
                network.tensors().stream().map(Tensor::name).toList(),
                network.layers(),
                List.of("a-guard"),
                HORIZON,
                fullDetailBytes);
    }

    private void run(TrainingStep step, MetricsLog log, int steps) {
        for (int i = 0; i < steps; i++) {
            step.run(network.batch(2), 3, record);
            log.step(record);
        }
    }

    private List<JsonNode> lines() throws IOException {
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertTrue(text.endsWith("\n"));
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text.split("\n")) {
            assertTrue(line.startsWith("{\"type\":\""), line);
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private List<Long> steps() throws IOException {
        return lines().stream()
                .filter(line -> line.get("type").asText().equals("step"))
                .map(line -> line.get("step").asLong())
                .toList();
    }

    private static Evaluation evaluation(long step, double loss, OptionalDouble accuracy) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        accuracy.ifPresent(share -> metrics.put("accuracy", share));
        metrics.put("f1", Double.NaN);
        metrics.put("auc", 1 / 3.0);
        return new Evaluation(step, 4, new Scores(loss, metrics, List.of(), Optional.empty(), 5));
    }

    @Test
    void beginsWithTheLayout() throws IOException {
        log(bytes, 1 << 20).close();
        assertEquals(
                "{\"type\":\"layout\",\"tensors\":[\"output.W\",\"output.b\"],"
                        + "\"layers\":[\"output\"],\"plannedSteps\":2000,\"stepsPerEpoch\":10}\n",
                bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aStepHasAllItsNumbers() throws IOException {
        try (MetricsLog log = log(bytes, 1 << 20)) {
            run(skippingEvery(100), log, 1);
        }
        // The parameters were at zero, which counts as 1e-3: the ratios are 1.5 and 2 over that.
        assertEquals(
                "{\"type\":\"step\",\"step\":1,\"epoch\":4,\"loss\":1.0,\"learningRate\":0.5,"
                        + "\"gradientNorm\":{\"output.W\":3.0,\"output.b\":4.0},"
                        + "\"gradientNormAfterGuards\":{\"output.W\":3.0,\"output.b\":4.0},"
                        + "\"updateRatio\":{\"output.W\":1500.0,\"output.b\":2000.0},"
                        + "\"guards\":[]}",
                bytes.toString(StandardCharsets.UTF_8).split("\n")[1]);
    }

    @Test
    void aStepSaysWhatTheGuardsDid() throws IOException {
        try (MetricsLog log = log(bytes, 1 << 20)) {
            run(skippingEvery(1), log, 1);
        }
        JsonNode line = lines().get(1);
        assertEquals(
                "[{\"guard\":\"a-guard\",\"action\":\"scale\",\"tensor\":\"output.b\","
                        + "\"factor\":0.25,\"reason\":\"a quarter\"},"
                        + "{\"guard\":\"a-guard\",\"action\":\"skip\",\"tensor\":null,"
                        + "\"factor\":1.0,\"reason\":\"told to\"}]",
                line.get("guards").toString());
        assertEquals(0, line.get("learningRate").asDouble());
        assertEquals(1, line.get("gradientNormAfterGuards").get("output.b").asDouble());
    }

    @Test
    void numbersThatAreNotFiniteAreNull() throws IOException {
        network.rule(
                (parameters, batch, gradient) -> {
                    gradient.put(0, Float.NaN).put(1, Float.POSITIVE_INFINITY);
                    return Double.POSITIVE_INFINITY;
                });
        try (MetricsLog log = log(bytes, 1 << 20)) {
            run(skippingEvery(1), log, 1);
            log.evaluation(evaluation(1, Double.NaN, OptionalDouble.empty()));
        }
        JsonNode step = lines().get(1);
        assertTrue(step.get("loss").isNull());
        assertTrue(step.get("gradientNorm").get("output.W").isNull());
        assertTrue(step.get("gradientNorm").get("output.b").isNull());
        JsonNode evaluation = lines().get(2);
        assertTrue(evaluation.get("validationLoss").isNull());
        assertTrue(evaluation.get("validationAccuracy").isNull());
        assertEquals(
                "{\"f1\":null,\"auc\":0.3333333333333333}", evaluation.get("metrics").toString());
    }

    @Test
    void numbersBelowTheRangeOfFloatsAreKept() throws IOException {
        network.rule(HeapNetwork.constant(1e-38f, 1e-44f));
        try (MetricsLog log = log(bytes, 1 << 20)) {
            run(skippingEvery(100), log, 1);
        }
        JsonNode norms = lines().get(1).get("gradientNorm");
        assertEquals(1e-38, norms.get("output.W").asDouble(), 1e-44);
        assertEquals(1e-44, norms.get("output.b").asDouble(), 1e-45);
    }

    @Test
    void losesNoStepAndKeepsTheOrderWhenThereAreManyMoreThanItsRingHolds() throws IOException {
        TrainingStep step = skippingEvery(100);
        try (MetricsLog log = log(bytes, 1L << 40)) {
            for (int i = 1; i <= 20; i++) {
                run(step, log, 100);
                log.evaluation(evaluation(100L * i, 0.5, OptionalDouble.of(0.25)));
            }
        }
        List<JsonNode> lines = lines();
        assertEquals(1 + 2000 + 20, lines.size());
        long steps = 0;
        for (JsonNode line : lines.subList(1, lines.size())) {
            if (line.get("type").asText().equals("step")) {
                assertEquals(++steps, line.get("step").asLong());
            } else {
                assertEquals(steps, line.get("step").asLong());
                assertEquals(4, line.get("epoch").asInt());
                assertEquals(0.5, line.get("validationLoss").asDouble());
                assertEquals(0.25, line.get("validationAccuracy").asDouble());
            }
        }
        assertEquals(2000, steps);
    }

    @Test
    void writesVerdicts() throws IOException {
        Verdict verdict =
                new Verdict(
                        Verdict.VANISHING_GRADIENT,
                        Severity.ERROR,
                        List.of("dense-1", "dense-2"),
                        "activation",
                        Map.of("D", new Evidence(1e-20, 1e-3)),
                        new Seeds(1, 3),
                        "what",
                        "why",
                        List.of("activation = relu"));
        try (MetricsLog log = log(bytes, 1 << 20)) {
            log.verdict(verdict, 12, true);
        }
        assertEquals(
                "{\"type\":\"verdict\",\"problem\":\"vanishing-gradient\",\"severity\":\"error\","
                    + "\"layers\":[\"dense-1\",\"dense-2\"],\"cause\":\"activation\","
                    + "\"evidence\":{\"D\":{\"value\":1.0E-20,\"threshold\":0.001}},"
                    + "\"seeds\":{\"k\":1,\"n\":3},\"firstStep\":0,\"what\":\"what\",\"why\":\"why\",\"advice\":[\"activation"
                    + " = relu\"],\"step\":12,\"atEnd\":true}",
                bytes.toString(StandardCharsets.UTF_8).split("\n")[1]);
    }

    @Test
    void thinsOutPlainStepsOfALongRunAndKeepsThoseInWhichAGuardActed() throws IOException {
        try (MetricsLog log = log(bytes, 20_000)) {
            run(scalingEvery(97), log, 2000);
        }
        List<Long> steps = steps();
        for (long eventful = 97; eventful <= 2000; eventful += 97) {
            assertTrue(steps.contains(eventful), "step " + eventful);
        }
        List<Long> plain = steps.stream().filter(step -> step % 97 != 0).toList();
        for (long step = 1; step <= 50; step++) {
            assertTrue(plain.contains(step), "step " + step);
        }
        // Near the end every fourth step at most.
        List<Long> late = plain.stream().filter(step -> step > 1500).toList();
        assertFalse(late.isEmpty());
        for (long step : late) {
            assertEquals(1, step % 4, "step " + step);
        }
        assertTrue(plain.size() < 700, plain.size() + " lines");
    }

    /** A disk that is full after some bytes. */
    private static final class FullDisk extends OutputStream {
        private int room;

        FullDisk(int room) {
            this.room = room;
        }

        @Override
        public void write(int value) throws IOException {
            if (--room < 0) {
                throw new IOException("no space left on device");
            }
        }
    }

    @Test
    void aFullDiskSurfacesOnTheThreadThatTrains() throws IOException {
        MetricsLog log = log(new FullDisk(1000), 1L << 40);
        TrainingStep step = skippingEvery(100);
        // The ring holds 256 steps; one more than that cannot go unnoticed.
        UncheckedIOException failure =
                assertThrows(UncheckedIOException.class, () -> run(step, log, 10_000));
        assertEquals("no space left on device", failure.getCause().getMessage());
        assertThrows(UncheckedIOException.class, log::close);
    }

    @Test
    void aFullDiskSurfacesWhenTheLogIsClosed() throws IOException {
        MetricsLog log = log(new FullDisk(200), 1L << 40);
        run(skippingEvery(100), log, 1);
        assertThrows(UncheckedIOException.class, log::close);
    }

    @Test
    void aFullDiskSurfacesAtAnEvaluation() throws IOException {
        MetricsLog log = log(new FullDisk(150), 1L << 40);
        assertThrows(
                UncheckedIOException.class,
                () -> log.evaluation(evaluation(1, 0.5, OptionalDouble.empty())));
        assertThrows(UncheckedIOException.class, log::close);
    }

    @Test
    void goesOnBehindTheLinesOfARunThatWasInterrupted() throws IOException {
        bytes.writeBytes("{\"type\":\"step\",\"step\":7}\n".getBytes(StandardCharsets.UTF_8));
        MetricsLog log =
                new MetricsLog(
                        bytes,
                        bytes.size(),
                        List.of("output.W", "output.b"),
                        network.layers(),
                        List.of("a-guard"),
                        HORIZON,
                        1 << 20);
        run(skippingEvery(100), log, 1);
        log.close();
        assertEquals(List.of(7L, 1L), steps());
        assertEquals(2, lines().size(), "no second layout");
    }
}
