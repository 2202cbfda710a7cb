package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @Test
    void printsTheVersionAndTheJavaItRunsOn() {
        CommandRun run = CommandRun.of("--version");

        assertEquals(ExitCode.DONE, run.exitCode());
        assertTrue(run.out().startsWith("evengrad "), run.out());
        assertTrue(run.out().contains(Runtime.version().toString()), run.out());
    }

    @Test
    void explainsCommandsExamplesAndExitCodes() {
        CommandRun run = CommandRun.of("--help");

        assertEquals(ExitCode.DONE, run.exitCode());
        assertEquals("", run.err());
        for (String part :
                List.of("Commands:", "strategies", "init", "Exit codes:", "130", "Examples:")) {
            assertTrue(run.out().contains(part), () -> part + " is missing in\n" + run.out());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"train", "check", "find-lr", "evaluate", "export", "init", "strategies"})
    void everyCommandExplainsItself(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertEquals(ExitCode.DONE, run.exitCode());
        assertTrue(run.out().startsWith("Usage: evengrad " + command), run.out());
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80, 300})
    void explainsItselfOnATerminalOfAnyWidth(int columns) {
        Surroundings terminal = new Surroundings(Optional.empty(), columns, false, false);

        assertEquals(ExitCode.DONE, CommandRun.in(terminal, "--help").exitCode());
    }

    @Test
    void refusesToDoNothing() {
        CommandRun run = CommandRun.of();

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals("a command is missing. See evengrad --help\n", run.err());
    }

    @Test
    void suggestsTheNearestCommand() {
        CommandRun run = CommandRun.of("strategys");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(
                run.err().startsWith("unknown command 'strategys'. Did you mean strategies?"),
                run.err());
    }

    @Test
    void suggestsTheNearestOption() {
        CommandRun run = CommandRun.of("strategies", "--fromat=json");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(
                "unknown option '--fromat'. Did you mean --format?"
                        + " See evengrad strategies --help\n",
                run.err());
        assertEquals("", run.out());
    }

    @Test
    void refusesAnUnexpectedArgument() {
        CommandRun run = CommandRun.of("init", "a.conf", "b.conf");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals("unexpected argument 'b.conf'. See evengrad init --help\n", run.err());
    }

    @Test
    void refusesAnUnknownFormatAndNamesTheOthers() {
        CommandRun run = CommandRun.of("strategies", "--format", "xml");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.err().contains("text, markdown, json"), run.err());
        assertTrue(run.err().contains("xml"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--format=json"})
    void printsErrorsAsOneJsonObjectAndNothingElse(String wish) throws Exception {
        CommandRun run = CommandRun.of("strategies", "optimisers", wish);

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals("", run.err());
        JsonNode error = new ObjectMapper().readTree(run.out()).path("errors").path(0);
        assertTrue(error.path("message").asText().contains("optimizers"), run.out());
        assertTrue(error.path("file").isNull(), run.out());
        assertTrue(error.path("line").isNull(), run.out());
        assertTrue(error.path("key").isNull(), run.out());
    }

    @Test
    void mistakesOnTheCommandLineAreJsonTooIfThatIsWanted() throws Exception {
        CommandRun run = CommandRun.of("strategies", "--fromat=text", "--json");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(new ObjectMapper().readTree(run.out()).path("errors").isArray(), run.out());
    }

    @Test
    void usesColorOnlyWhereItIsTaken() {
        Surroundings terminal = new Surroundings(Optional.empty(), 80, true, false);

        assertTrue(CommandRun.in(terminal, "strategies").out().contains("\u001b["));
        assertFalse(CommandRun.of("strategies").out().contains("\u001b["));
    }
}
