package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SMALL =
            """
            name = small
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 6 }, { dense = 5 } ] }
            activation = tanh, initializer = xavier
            optimizer { use = adam, learning-rate = 0.02 }
            training { epochs = 2 }
            """;

    @TempDir private Path folder;
    private Path run;
    private Path file;

    @BeforeEach
    void nameTheFiles() {
        run = folder.resolve("run");
        file = folder.resolve("plain.zip");
    }

    private void train(String text) throws IOException {
        Path config = Files.writeString(folder.resolve("net.conf"), text);
        CommandRun trained =
                CommandRun.of("train", config.toString(), "--run-dir", run.toString(), "--quiet");
        assertTrue(Files.exists(run.resolve("model.zip")), trained.err());
    }

    private CommandRun export(String... more) {
        Stream<String> start = Stream.of("export", run.toString(), file.toString());
        return CommandRun.of(Stream.concat(start, Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void saysWhatItWroteAndHowTrainingGoesOn() throws IOException {
        train(SMALL);
        CommandRun command = export();

        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        assertEquals(
                List.of(
                        "Wrote " + file + ". Open with: ModelSerializer.restoreMultiLayerNetwork",
                        "fit goes on with Adam at a constant rate of 0.0200, with its memory of 14"
                                + " steps"),
                command.out().lines().limit(2).toList());
        assertTrue(command.out().contains("note: fit runs without the guards: nonfinite"));
        assertEquals("", command.err());
        assertTrue(Files.size(file) > 0);
    }

    @Test
    void printsOneObjectWhereJsonIsWanted() throws IOException {
        train(SMALL);
        CommandRun command = export("--json");

        JsonNode object = JSON.readTree(command.out());
        assertEquals(file.toString(), object.path("file").asText());
        assertEquals("restoreMultiLayerNetwork", object.path("opensWith").asText());
        assertEquals("adam", object.path("optimizer").asText());
        assertEquals("Adam", object.path("updater").asText());
        assertEquals("with-memory", object.path("training").asText());
        assertEquals(0.02, object.path("learningRate").asDouble());
        assertEquals(14, object.path("iterations").asInt());
        assertTrue(object.path("notes").isArray());
    }

    @Test
    void namesAnOptimizerThatDl4jLacks() throws IOException {
        train(SMALL.replace("use = adam", "use = lion"));
        CommandRun command = export();

        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        assertTrue(
                command.out().contains("DL4J has no updater that goes on as lion would"),
                command.out());
        assertFalse(command.out().contains("fit goes on with"), command.out());
        assertTrue(JSON.readTree(export("--force", "--json").out()).path("updater").isNull());
    }

    @Test
    void refusesARunThatIsNotThere() throws IOException {
        CommandRun command = export();

        assertEquals(ExitCode.INVALID_INPUT, command.exitCode());
        assertEquals(List.of("no such run or model: " + run), command.errors());
        JsonNode errors = JSON.readTree(export("--json").out()).path("errors");
        assertEquals("no such run or model: " + run, errors.path(0).path("message").asText());
    }

    @Test
    void writesOverAFileOnlyIfForced() throws IOException {
        train(SMALL);
        Files.writeString(file, "mine");
        CommandRun refused = export();

        assertEquals(ExitCode.INVALID_INPUT, refused.exitCode());
        assertEquals(1, refused.errors().size(), refused.err());
        assertTrue(refused.err().contains("exists already; --force writes over it"));
        assertEquals("mine", Files.readString(file));
        assertEquals(ExitCode.DONE, export("--force").exitCode());
        assertTrue(Files.size(file) > 4);
    }

    @Test
    void namesEachActivationThatDl4jLacksAndItsLayer() throws IOException {
        train(
                SMALL.replace("{ dense = 6 }", "{ dense = 6, activation = gelu }, { dense = 4 }")
                        .replace("activation = tanh", "activation = hard-swish"));
        CommandRun command = export();

        assertEquals(ExitCode.INVALID_INPUT, command.exitCode());
        List<String> lines = command.errors();
        assertEquals(3, lines.size(), command.err());
        assertTrue(lines.get(0).contains("dense-1: DL4J has no activation gelu"), lines.get(0));
        assertTrue(
                lines.get(1)
                        .contains(
                                "dense-2: DL4J has no activation hard-swish; train with swish"
                                        + " instead"),
                lines.get(1));
        assertTrue(lines.get(2).contains("dense-3: "), lines.get(2));
        assertFalse(Files.exists(file));
    }

    @Test
    void needsARunAndAFile() {
        CommandRun command = CommandRun.of("export", run.toString());

        assertEquals(ExitCode.INVALID_INPUT, command.exitCode());
        assertTrue(command.err().contains("FILE"), command.err());
    }

    @Test
    void explainsItself() {
        CommandRun command = CommandRun.of("export", "--help");

        assertEquals(ExitCode.DONE, command.exitCode());
        assertTrue(command.out().contains("plain DL4J"), command.out());
        assertTrue(command.out().contains("restoreMultiLayerNetwork"), command.out());
        assertTrue(CommandRun.of("--help").out().contains("export"));
    }
}
