package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    @TempDir private Path temporary;

    private CommandRun compare(String... more) throws IOException {
        Path file =
                Files.writeString(
                        temporary.resolve("net.conf"),
                        """
                        data { source = iris, batch-size = 16 }
                        model { layers = [ { dense = 8 } ] }
                        training { epochs = 2 }
                        """);
        return CommandRun.of(
                Stream.concat(
                                Stream.of(
                                        "compare",
                                        file.toString(),
                                        "--run-dir",
                                        temporary.resolve("out").toString()),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void printsATableWithTheBestMarked() throws IOException {
        CommandRun command =
                compare("--vary", "optimizer.learning-rate=0.0001,0.1", "--seeds", "2");
        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        List<String> lines = command.out().lines().toList();
        assertTrue(
                lines.get(0)
                        .matches(" +optimizer.learning-rate +validation accuracy +test.* +runs"),
                command.out());
        assertTrue(
                lines.get(2).matches(" +\\* +0.1 +\\d.*% \\+- \\d.*% .* 2 healthy"), lines.get(2));
        assertTrue(command.err().contains("4 of 4: optimizer.learning-rate = 0.1, seed 43"));
    }

    @Test
    void jsonHasEveryCombinationAndRun() throws IOException {
        CommandRun command =
                compare(
                        "--vary",
                        "optimizer.use=adam,sgd",
                        "--seeds",
                        "1",
                        "--by",
                        "validation-loss",
                        "--json",
                        "--quiet");
        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        assertEquals("", command.err());
        JsonNode json = new ObjectMapper().readTree(command.out());
        assertEquals("loss", json.path("metric").asText());
        assertEquals(2, json.path("cells").size());
        JsonNode cell = json.path("cells").get(1);
        assertEquals("sgd", cell.path("values").path("optimizer.use").asText());
        assertTrue(cell.path("validation").path("spread").isNull());
        assertEquals(
                cell.path("runs").get(0).path("validation").path("loss").asDouble(),
                cell.path("validation").path("mean").asDouble());
    }

    @Test
    void badInputIsOneLineAndNothingIsWritten() throws IOException {
        for (List<String> wrong :
                List.of(
                        List.of("--vary", "adam,sgd"),
                        List.of("--vary", "optimizer.use=adam,sdg"),
                        List.of("--vary", "optimizer.use=adam", "--by", "validation-los"),
                        List.of("--vary", "optimizer.use=adam", "--seeds", "0"),
                        List.<String>of())) {
            CommandRun command = compare(wrong.toArray(String[]::new));
            assertEquals(ExitCode.INVALID_INPUT, command.exitCode(), wrong + command.err());
            assertTrue(Files.notExists(temporary.resolve("out")), wrong.toString());
        }
        assertTrue(
                compare("--vary", "optimizer.use=adam,sdg").err().contains("Did you mean sgd"),
                compare("--vary", "optimizer.use=adam,sdg").err());
    }
}
