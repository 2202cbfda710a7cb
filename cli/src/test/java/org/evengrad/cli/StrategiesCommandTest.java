package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.plugins.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StrategiesCommandTest {
    @Test
    void listsEveryKindWithNamesAndSummaries() {
        CommandRun run = CommandRun.of("strategies");

        assertEquals(ExitCode.DONE, run.exitCode());
        assertEquals("", run.err());
        for (Kind kind : Kind.values()) {
            assertTrue(run.out().lines().anyMatch(kind.folder()::equals), run.out());
        }
        assertTrue(
                run.out().lines().anyMatch(line -> line.matches("  adamw {2,}\\S.*")), run.out());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void listsOneKindInTheSingularAndThePlural(Kind kind) {
        CommandRun plural = CommandRun.of("strategies", kind.folder());

        assertEquals(plural, CommandRun.of("strategies", kind.singular()));
        List<String> headings =
                plural.out().lines().filter(line -> line.matches("[a-z]+")).toList();
        assertEquals(List.of(kind.folder()), headings);
    }

    @Test
    void showsWhereARequiredOptionGoes() {
        String out = CommandRun.of("strategies", "schedulers", "warmup").out();

        assertTrue(out.contains("scheduler = { use = warmup, scheduler = …, length = 5%"), out);
    }

    @Test
    void explainsOneStrategy() {
        CommandRun run = CommandRun.of("strategies", "optimizers", "adam");

        assertEquals(ExitCode.DONE, run.exitCode());
        assertTrue(
                run.out()
                        .lines()
                        .anyMatch(
                                line ->
                                        line.matches(
                                                "  learning-rate +number +0\\.001 +\\(0, inf\\)"
                                                        + " +\\S.*")),
                run.out());
        for (String part :
                List.of(
                        "https://arxiv.org/abs/1412.6980",
                        "since",
                        "from",
                        "optimizer = { use = adam, learning-rate = 0.001")) {
            assertTrue(run.out().contains(part), () -> part + " is missing in\n" + run.out());
        }
    }

    @Test
    void saysTheFormulaAndWhenToUseAStrategyInEveryFormat(@TempDir Path folder) throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        ThirdPartyPlugin.buildActivation(plugins.resolve("half.jar"), "half");
        String[] half = {"strategies", "activations", "half", "--plugins", plugins.toString()};

        String text = CommandRun.of(half).out();
        assertTrue(text.contains("  formula   f(x) = x / 2\n"), text);
        assertTrue(text.contains("  use it    in tests\n"), text);
        assertTrue(text.contains("  avoid it  elsewhere\n"), text);

        String json = with(half, "--format", "json");
        JsonNode strategy = new ObjectMapper().readTree(json).path("strategies").path(0);
        assertEquals("f(x) = x / 2", strategy.path("formula").asText());
        assertEquals("in tests", strategy.path("useWhen").asText());
        assertEquals("elsewhere", strategy.path("avoidWhen").asText());

        String markdown = with(half, "--format", "markdown");
        assertTrue(
                markdown.endsWith(
                        "\n| `half`<br>[example.com](<https://example.com/plain-half>)"
                                + " | Half of it<br>`f(x) = x / 2`"
                                + " | none | **Use it** in tests<br>**Avoid it** elsewhere |\n"),
                markdown);
    }

    private static String with(String[] command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new)).out();
    }

    @Test
    void writesOneTableForEachKindWhoseRowsAllHaveTheSameCells() {
        String markdown = CommandRun.of("strategies", "--format", "markdown").out();

        List<String> rows = markdown.lines().filter(line -> line.startsWith("|")).toList();
        for (String row : rows) {
            // A bar that is part of a text is escaped, in code too.
            assertEquals(5, row.split("(?<!\\\\)\\|", -1).length - 1, row);
        }
        long tables = rows.stream().filter(row -> row.startsWith("|---")).count();
        assertEquals(Kind.values().length, tables);
        assertTrue(markdown.contains("one of fan-in, fan-out, average"), markdown);
    }

    @Test
    void suggestsTheNearestKind() {
        CommandRun run = CommandRun.of("strategies", "optimisers");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(
                "unknown kind 'optimisers'. Did you mean optimizers? Kinds: initializers,"
                        + " activations, optimizers, schedulers, guards\n",
                run.err());
    }

    @Test
    void namesTheKindOfAStrategyThatStandsInItsPlace() {
        CommandRun run = CommandRun.of("strategies", "adam");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(run.err().contains("Did you mean optimizers adam?"), run.err());
    }

    @Test
    void suggestsTheNearestName() {
        CommandRun run = CommandRun.of("strategies", "optimizers", "adma");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.err().contains("Did you mean adam?"), run.err());
    }

    @Test
    void writesJsonWithOptionsAndDefaults() throws Exception {
        CommandRun run = CommandRun.of("strategies", "optimizers", "adam", "--format", "json");

        JsonNode adam = new ObjectMapper().readTree(run.out()).path("strategies").path(0);
        assertEquals("optimizer", adam.path("kind").asText());
        assertEquals("adam", adam.path("name").asText());
        JsonNode rate = adam.path("options").path(0);
        assertEquals("learning-rate", rate.path("key").asText());
        assertEquals("0.001", rate.path("default").asText());
        assertEquals("(0, inf)", rate.path("range").asText());
        assertFalse(rate.path("help").asText().isEmpty());
    }

    @Test
    void jsonAndFormatJsonAreTheSame() {
        assertEquals(
                CommandRun.of("strategies", "--format", "json"),
                CommandRun.of("--json", "strategies"));
    }

    @Test
    void fitsTheTerminal() {
        Surroundings narrow = new Surroundings(Optional.empty(), 60, false, false);

        CommandRun run = CommandRun.in(narrow, "strategies");

        assertTrue(run.out().lines().allMatch(line -> line.length() <= 60), run.out());
    }

    @Test
    void refusesAFolderOfPluginsThatDoesNotExist(@TempDir Path folder) {
        Path absent = folder.resolve("absent");

        CommandRun run = CommandRun.of("strategies", "--plugins", absent.toString());

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.err().contains(absent.toString()), run.err());
    }
}
