package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code train} does with what it sees while training goes on. */
class HealthInTrainTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SICK =
            """
            data { source = blobs, samples = 300, classes = 10, features = 20 }
            model { layers = [ { dense = 8, repeat = 25 } ] }
            activation = sigmoid, initializer = xavier
            optimizer { use = sgd, learning-rate = 0.1 }
            training { steps = 40 }
            """;

    /** Leaves the range of floats a few steps before its end. */
    private static final String BREAKING =
            """
            data { source = linear, samples = 60, features = 3, batch-size = 8 }
            model { layers = [ { dense = 8 } ] }
            activation = identity, initializer = he
            optimizer { use = sgd, learning-rate = 5 }
            training { steps = 20, checkpoint-every = 4 steps }
            """;

    @TempDir private Path temporary;

    private CommandRun train(String config, String... more) throws IOException {
        Path file = Files.writeString(temporary.resolve("net.conf"), config);
        Stream<String> start = Stream.of("train", file.toString(), "--run-dir", run().toString());
        return CommandRun.of(Stream.concat(start, Stream.of(more)).toArray(String[]::new));
    }

    private Path run() {
        return temporary.resolve("run");
    }

    private JsonNode summary() throws IOException {
        return JSON.readTree(run().resolve("summary.json").toFile());
    }

    private List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(run().resolve(folder))) {
            return files.sorted().toList();
        }
    }

    private Map<String, byte[]> badBatches() throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        for (Path file : files("bad-batches")) {
            contents.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        return contents;
    }

    private static List<String> live(CommandRun command) {
        return command.errors().stream()
                .filter(line -> line.matches("(note|warn|error): .*"))
                .toList();
    }

    @Test
    void printsALineForEachVerdictWhenItIsSpoken() throws IOException {
        CommandRun command = train(SICK);
        assertEquals(ExitCode.UNHEALTHY, command.exitCode(), command.err());
        List<String> vanishing =
                live(command).stream().filter(line -> line.contains("vanishing")).toList();
        assertEquals(1, vanishing.size(), command.err());
        assertTrue(
                vanishing
                        .get(0)
                        .matches(
                                "error: vanishing-gradient in \\S+ and \\d+ more, totalSignal \\S+"
                                        + " \\(threshold \\S+\\), since step \\d+"),
                vanishing.get(0));
        assertEquals(live(command).stream().distinct().toList(), live(command));
    }

    @Test
    void stopsAtAnErrorBehindACheckpointFromWhichItCanGoOn() throws IOException {
        CommandRun stopped = train(SICK + "health.on-verdict = stop");
        assertEquals(ExitCode.UNHEALTHY, stopped.exitCode(), stopped.err());
        assertEquals("unhealthy", summary().path("status").asText());
        int steps = summary().path("steps").asInt();
        assertTrue(steps < 40, "ended behind step " + steps);
        List<Path> checkpoints = files("checkpoints");
        assertEquals(
                String.format("step-%012d.checkpoint", steps),
                checkpoints.get(checkpoints.size() - 1).getFileName().toString());

        CommandRun resumed = train(SICK + "health.on-verdict = stop", "--resume");
        assertEquals(ExitCode.UNHEALTHY, resumed.exitCode(), resumed.err());
        assertTrue(summary().path("steps").asInt() > steps, "went on from step " + steps);
    }

    @Test
    void aWaivedVerdictIsShownAndFailsNothing() throws IOException {
        CommandRun command =
                train(
                        SICK
                                + "health { on-verdict = stop, ignore = ["
                                + " { problem = vanishing-gradient, reason = \"a demonstration\" },"
                                + " { problem = dead-units, reason = old } ] }");
        assertEquals(ExitCode.DONE, command.exitCode(), command.out());
        assertEquals(40, summary().path("steps").asInt());
        assertFalse(command.err().contains("vanishing-gradient"), command.err());
        assertTrue(
                command.out().contains("ignored: vanishing-gradient (a demonstration): "),
                command.out());
        assertTrue(
                command.out().contains("health.ignore.1 (dead-units) matched no verdict"),
                command.out());
        JsonNode waived = summary().path("waived").path(0);
        assertEquals("vanishing-gradient", waived.path("problem").asText());
        assertEquals("a demonstration", waived.path("reason").asText());
    }

    @Test
    void aResumedRunKeepsTheBadBatchesOfBefore() throws IOException {
        train(BREAKING);
        Map<String, byte[]> whole = badBatches();
        assertTrue(whole.size() >= 3, () -> "" + whole.keySet());
        String hash = summary().path("parametersSha256").asText();

        // The newest checkpoint, behind some of the bad steps.
        List<Path> checkpoints = files("checkpoints");
        Files.delete(checkpoints.get(checkpoints.size() - 1));
        train(BREAKING, "--resume");

        assertEquals(hash, summary().path("parametersSha256").asText());
        Map<String, byte[]> kept = badBatches();
        whole.forEach((file, bytes) -> assertArrayEquals(bytes, kept.get(file), file));
    }
}
