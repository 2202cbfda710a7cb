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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String HEALTHY =
            """
            name = fine
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 16, repeat = 2 } ] }
            optimizer { use = adam, learning-rate = 0.01 }
            training { epochs = 20 }
            """;

    private static final String SICK =
            """
            name = sick
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 16, repeat = 20 } ] }
            activation = sigmoid, initializer = xavier
            optimizer { use = sgd, learning-rate = 0.1 }
            training { epochs = 20 }
            """;

    @TempDir private Path temporary;

    private CommandRun check(String text, String... more) throws IOException {
        Path file = Files.writeString(temporary.resolve("net.conf"), text);
        return CommandRun.of(
                Stream.concat(Stream.of("check", file.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void aHealthyNetworkPasses() throws IOException {
        CommandRun command = check(HEALTHY);
        assertEquals(ExitCode.DONE, command.exitCode(), command.out());
        assertTrue(command.out().contains("fine: 3 layers, 16 initializations"), command.out());
        assertTrue(command.out().contains("healthy"), command.out());
        assertEquals("", command.err());
    }

    @Test
    void aSickNetworkFailsAndSaysWhichLayersWhyAndWhatToDo() throws IOException {
        CommandRun command = check(SICK);
        assertEquals(ExitCode.UNHEALTHY, command.exitCode(), command.out());
        List<String> lines = command.out().lines().toList();
        int verdict = lines.indexOf("error: vanishing-gradient (in 16 of 16)");
        assertTrue(verdict > 0, command.out());
        assertTrue(lines.get(verdict + 1).startsWith("  what  "), command.out());
        assertTrue(lines.get(verdict + 2).startsWith("  why   "), command.out());
        assertTrue(lines.get(verdict + 3).startsWith("  do    "), command.out());
        assertTrue(lines.stream().anyMatch(line -> line.matches(" *> +dense-9 .*")), command.out());
    }

    @Test
    void jsonHasTheWholeResultAndNothingElse() throws IOException {
        CommandRun command = check(SICK, "--json", "--seeds", "5");
        assertEquals(ExitCode.UNHEALTHY, command.exitCode());
        JsonNode result = JSON.readTree(command.out());
        assertFalse(result.get("healthy").asBoolean());
        assertEquals(5, result.get("seeds").asInt());
        assertEquals(21, result.get("layers").size());
        JsonNode layer = result.get("layers").get(9);
        for (String key :
                List.of(
                        "name",
                        "forwardVariance",
                        "backwardGain",
                        "weightGain",
                        "activationGain",
                        "structureGain",
                        "deadShare",
                        "saturatedShare")) {
            assertTrue(layer.has(key), key);
        }
        assertEquals(
                layer.get("quartiles").get("activationGain").get("median").asDouble(),
                layer.get("activationGain").asDouble());
        assertEquals("vanishing-gradient", result.get("verdicts").get(0).get("problem").asText());
        assertEquals(5, result.get("verdicts").get(0).get("seeds").get("k").asInt());
    }

    @Test
    void twoChecksOfTheSameAreTheSame() throws IOException {
        JsonNode first = JSON.readTree(check(SICK, "--json").out());
        JsonNode second = JSON.readTree(check(SICK, "--json").out());
        assertEquals(first.get("layers"), second.get("layers"));
        assertEquals(first.get("verdicts"), second.get("verdicts"));
    }

    @Test
    void writesNothing() throws IOException {
        check(HEALTHY);
        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(List.of(temporary.resolve("net.conf")), files.toList());
        }
    }

    @Test
    void anAcceptedProblemIsShownAndFailsNothing() throws IOException {
        CommandRun command =
                check(
                        SICK
                                + "health.ignore = [ { problem = vanishing-gradient, reason ="
                                + " \"a demonstration\" } ]\n");
        assertEquals(ExitCode.DONE, command.exitCode(), command.out());
        assertTrue(
                command.out().contains("ignored: vanishing-gradient (a demonstration)"),
                command.out());
    }

    @Test
    void failOnTakesAProblemOfAnySeverity() throws IOException {
        String tooLow = HEALTHY.replace("learning-rate = 0.01", "learning-rate = 1e-7");
        assertEquals(ExitCode.DONE, check(tooLow).exitCode());
        assertEquals(
                ExitCode.UNHEALTHY, check(tooLow, "--fail-on", "learning-rate-too-low").exitCode());
        assertEquals(ExitCode.UNHEALTHY, check(tooLow, "--fail-on", "warn").exitCode());
    }

    @Test
    void refusesAnUnknownProblemWithTheNearestName() throws IOException {
        check(HEALTHY, "--fail-on", "vanishing").assertRefused("vanishing-gradient", "--fail-on");
    }

    @Test
    void refusesAConfigurationThatIsWrong() throws IOException {
        check(HEALTHY.replace("dense", "dens")).assertRefused("net.conf: 3", "dense");
    }

    @Test
    void refusesNoSeeds() throws IOException {
        check(HEALTHY, "--seeds", "0").assertRefused("--seeds", "at least 1");
    }
}
