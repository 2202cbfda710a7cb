package org.evengrad.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.HeapNetwork;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.Checkpoint;
import org.evengrad.engine.train.Plans;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.guards.nonfinite.Nonfinite;
import org.evengrad.optimizers.adam.Adam;
import org.evengrad.spi.GradientGuard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecorderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final int STEPS = 12;

    @TempDir private Path folder;

    private static TrainingPlan plan() {
        HeapNetwork network = new HeapNetwork(HeapNetwork.pullTo(2, -3), 1, 1);
        return Plans.plan(network, new Adam(), STEPS, new Nonfinite());
    }

    private static TrainingResult train(
            RunRecorder recorder, Optional<Checkpoint> from, int stopAt) {
        StopRequest stop = new StopRequest();
        TrainingListener stopping =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == stopAt) {
                            stop.request();
                        }
                    }
                };
        return new Trainer(plan(), List.of(), List.of(recorder, stopping), stop, from).train();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static List<Long> steps(RunFolder run) throws IOException {
        List<Long> steps = new ArrayList<>();
        for (String line : Files.readAllLines(run.metrics())) {
            JsonNode json = JSON.readTree(line);
            if (json.get("type").asText().equals("step")) {
                steps.add(json.get("step").asLong());
            }
        }
        return steps;
    }

    @Test
    void leavesAWholeFolderBehind() throws IOException {
        RunFolder run = RunFolder.at(folder.resolve("run"));
        try (RunRecorder recorder = new RunRecorder(run, Provenance.NONE, CLOCK)) {
            TrainingResult result = train(recorder, Optional.empty(), -1);
            assertEquals(
                    List.of(
                            "checkpoints",
                            "manifest.json",
                            "metrics.jsonl",
                            "model.zip",
                            "summary.json"),
                    names(run.path()));
            JsonNode summary = JSON.readTree(run.summary().toFile());
            assertEquals(result.parametersSha256(), summary.get("parametersSha256").asText());
        }
        JsonNode manifest = JSON.readTree(run.manifest().toFile());
        assertEquals("completed", manifest.get("exitReason").asText());
        assertEquals("2026-01-02T03:04:05Z", manifest.get("end").asText());
        List<Long> expected = Stream.iterate(1L, step -> step + 1).limit(STEPS).toList();
        assertEquals(expected, steps(run));
        ModelDescription description = ModelDescription.parse(Files.readString(run.model()));
        assertEquals(List.of(), description.classes());
    }

    /** Drops every step from the third to the fifth. */
    private static TrainingPlan dropping() {
        HeapNetwork network = new HeapNetwork(HeapNetwork.pullTo(2, -3), 1, 1);
        GradientGuard guard =
                layout ->
                        (gradient, at, ruling) -> {
                            if (at.step() >= 2 && at.step() < 5) {
                                ruling.skip("a test");
                            }
                        };
        return Plans.plan(network, new Adam(), STEPS, guard);
    }

    private static List<JsonNode> setAside(RunFolder run) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(run.metrics())) {
            JsonNode json = JSON.readTree(line);
            if (json.get("type").asText().equals("set-aside")) {
                lines.add(json);
            }
        }
        return lines;
    }

    @Test
    void setsAsideTheBatchesOfDroppedSteps() throws IOException {
        RunFolder run = RunFolder.at(folder.resolve("run"));
        try (RunRecorder recorder = new RunRecorder(run, Provenance.NONE, CLOCK)) {
            new Trainer(dropping(), List.of(), List.of(recorder), new StopRequest()).train();
        }
        assertEquals(List.of("step-3.csv", "step-4.csv", "step-5.csv"), names(run.setAside()));
        List<JsonNode> lines = setAside(run);
        assertEquals(3, lines.size());
        for (JsonNode line : lines) {
            List<String> saved = Files.readAllLines(run.path().resolve(line.get("file").asText()));
            assertEquals("index,target", saved.get(0));
            assertEquals(line.get("rows").size(), saved.size() - 1);
            for (int i = 1; i < saved.size(); i++) {
                // The feature of a row is its index.
                assertEquals(line.get("rows").get(i - 1).asInt() + ".0,0.0", saved.get(i));
            }
        }
    }

    @Test
    void keepsTheFirstBatchesAndForgetsThoseOfAPastThatDidNotHappen() throws IOException {
        DataPart batch = Plans.zeros().train();
        SetAside first = new SetAside(folder.resolve("set-aside"), 0);
        for (int step = 1; step <= SetAside.MOST_FILES; step++) {
            assertEquals(Optional.of("set-aside/step-" + step + ".csv"), first.add(step, batch));
        }
        assertEquals(Optional.empty(), first.add(SetAside.MOST_FILES + 1, batch));

        SetAside resumed = new SetAside(folder.resolve("set-aside"), 10);
        assertEquals(10, names(folder.resolve("set-aside")).size());
        assertEquals(Optional.of("set-aside/step-11.csv"), resumed.add(11, batch));
    }

    @Test
    void aRunThatFailsHasAManifestWithoutAnEndAndNoSummary() throws IOException {
        RunFolder run = RunFolder.at(folder.resolve("run"));
        TrainingListener failing =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == 3) {
                            throw new IllegalStateException("a test");
                        }
                    }
                };
        try (RunRecorder recorder = new RunRecorder(run, Provenance.NONE, CLOCK)) {
            Trainer trainer =
                    new Trainer(plan(), List.of(), List.of(recorder, failing), new StopRequest());
            assertThrows(IllegalStateException.class, trainer::train);
        }
        assertEquals(List.of("manifest.json", "metrics.jsonl"), names(run.path()));
        assertTrue(JSON.readTree(run.manifest().toFile()).get("exitReason").isNull());
        assertEquals(List.of(1L, 2L, 3L), steps(run));
    }

    @Test
    void anInterruptedRunResumesInItsFolderAndEndsAsIfItHadNotBeenInterrupted() throws IOException {
        RunFolder whole = RunFolder.at(folder.resolve("whole"));
        TrainingResult expected;
        try (RunRecorder recorder = new RunRecorder(whole, Provenance.NONE, CLOCK)) {
            expected = train(recorder, Optional.empty(), -1);
        }
        RunFolder run = RunFolder.at(folder.resolve("run"));
        try (RunRecorder recorder = new RunRecorder(run, Provenance.NONE, CLOCK)) {
            train(recorder, Optional.empty(), 5);
        }
        assertEquals(
                "interrupted", JSON.readTree(run.manifest().toFile()).get("exitReason").asText());
        Checkpoint checkpoint = RunRecorder.checkpoint(run);
        try (RunRecorder recorder = RunRecorder.resuming(run, Provenance.NONE, CLOCK, checkpoint)) {
            TrainingResult resumed = train(recorder, Optional.of(checkpoint), -1);
            assertEquals(expected.parametersSha256(), resumed.parametersSha256());
            assertEquals(expected.ending(), resumed.ending());
        }
        assertEquals(steps(whole), steps(run));
    }

    @Test
    void goesBackToTheCheckpointBeforeWhenTheNewestIsDamaged() throws IOException {
        RunFolder run = RunFolder.at(folder.resolve("run"));
        for (int stopAt : new int[] {3, 6, 9}) {
            try (RunRecorder recorder = new RunRecorder(run, Provenance.NONE, CLOCK)) {
                train(recorder, Optional.empty(), stopAt);
            }
        }
        List<String> kept = names(run.checkpoints());
        assertEquals(2, kept.size());
        assertEquals(9, RunRecorder.checkpoint(run).state().step());
        Path newest = run.checkpoints().resolve(kept.get(1));
        byte[] bytes = Files.readAllBytes(newest);
        for (int at = 0; at < bytes.length; at += 7) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x40;
            Files.write(newest, damaged);
            assertEquals(6, RunRecorder.checkpoint(run).state().step(), "byte " + at);
        }
        Files.write(newest, Arrays.copyOf(bytes, bytes.length / 2));
        assertEquals(6, RunRecorder.checkpoint(run).state().step());
        Files.write(run.checkpoints().resolve(kept.get(0)), new byte[0]);
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> RunRecorder.checkpoint(run));
        assertEquals(
                "nothing to resume: " + run.path() + " has no checkpoint that is whole",
                refused.getMessage());
        assertFalse(names(run.checkpoints()).stream().anyMatch(name -> name.endsWith(".tmp")));
    }
}
