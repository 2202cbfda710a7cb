package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: two runs that agree, Ctrl-C, and a crash. */
class TrainProcessTest {
    private static final String CONFIG =
            """
            data { source = blobs, samples = 1000, classes = 4, features = 6, spread = 3.0 }
            model { layers = [ { dense = 64, repeat = 4 } ] }
            activation = tanh, initializer = xavier
            optimizer { use = adam, learning-rate = 0.002 }
            scheduler { use = cosine, warmup = 5% }
            guards = [ nonfinite, { use = clip-global-norm, max-norm = 0.3 } ]
            training { epochs = 480, checkpoint-every = 100 steps }
            """;

    @TempDir private Path folder;

    private Process start(String run, String... more) throws IOException {
        Path config = Files.writeString(folder.resolve("net.conf"), CONFIG);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "train",
                        config.toString(),
                        "--run-dir",
                        folder.resolve(run).toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectOutput(new File(folder.toFile(), run + ".out"))
                .start();
    }

    /** Waits until a run has come a tenth of its way, as its progress lines say. */
    private static void awaitATenth(Process process) throws IOException {
        BufferedReader progress = process.errorReader();
        String line = progress.readLine();
        while (line != null && !line.startsWith("step 1,056 of 10,560")) {
            line = progress.readLine();
        }
        assertTrue(line != null, "the run ended too soon");
    }

    private static int end(Process process) throws IOException, InterruptedException {
        process.errorReader().lines().forEach(line -> {});
        return process.waitFor();
    }

    private JsonNode summary(String run) throws IOException {
        return new ObjectMapper().readTree(folder.resolve(run).resolve("summary.json").toFile());
    }

    private String hash(String run) throws IOException {
        return summary(run).path("parametersSha256").asText();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals to send")
    void twoProcessesAgreeAndNeitherCtrlCNorACrashChangesTheResult()
            throws IOException, InterruptedException {
        assertEquals(ExitCode.DONE, end(start("whole")));

        Process interrupted = start("interrupted");
        awaitATenth(interrupted);
        new ProcessBuilder("kill", "-INT", Long.toString(interrupted.pid())).start().waitFor();
        assertEquals(ExitCode.INTERRUPTED, end(interrupted));
        assertEquals("interrupted", summary("interrupted").path("status").asText());
        assertTrue(summary("interrupted").path("steps").asInt() < 10_560);

        Process killed = start("killed");
        awaitATenth(killed);
        killed.destroyForcibly().waitFor();
        assertTrue(Files.notExists(folder.resolve("killed").resolve("summary.json")));

        assertEquals(ExitCode.DONE, end(start("interrupted", "--resume")));
        assertEquals(ExitCode.DONE, end(start("killed", "--resume")));

        assertEquals(hash("whole"), hash("interrupted"));
        assertEquals(hash("whole"), hash("killed"));
        assertEquals(steps("whole"), steps("interrupted"));
        assertEquals(steps("whole"), steps("killed"));
    }

    private List<String> steps(String run) throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve(run).resolve("metrics.jsonl"))) {
            return lines.filter(line -> line.startsWith("{\"type\":\"step\"")).toList();
        }
    }
}
