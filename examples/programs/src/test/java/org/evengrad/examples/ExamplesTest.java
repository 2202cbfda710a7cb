package org.evengrad.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The programs do what they say. They run in the folder {@code target}, where their runs go. */
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("../..");
    private static final Path CONFIG = EXAMPLES.resolve("first-run.conf");
    private static final Path RUNS = Path.of("runs");
    private static final Pattern RATE = Pattern.compile("\"learningRate\":([0-9.E-]+)");
    private static final Pattern SNIPPET = Pattern.compile("(?s)```java\n(.*?)```");

    @BeforeEach
    void removeFormerRuns() throws IOException {
        if (Files.exists(RUNS)) {
            try (Stream<Path> files = Files.walk(RUNS)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private interface Program {
        void main(String[] arguments);
    }

    /** Runs a program and gives what it printed. */
    private static String run(Program program, String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            program.main(arguments);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static List<Double> learningRates() throws IOException {
        Path metrics = RUNS.resolve("first-run-001").resolve("metrics.jsonl");
        return RATE.matcher(Files.readString(metrics))
                .results()
                .map(result -> Double.parseDouble(result.group(1)))
                .toList();
    }

    @Test
    void trainsAConfiguration() {
        assertEquals(
                "HEALTHY after 280 steps" + System.lineSeparator(),
                run(TrainFromConfig::main, CONFIG.toString()));
        assertTrue(Files.exists(RUNS.resolve("first-run-001").resolve("model.zip")));
    }

    @Test
    void trainsWhatKerasSaved() {
        assertEquals(
                "HEALTHY after 140 steps" + System.lineSeparator(),
                run(TrainFromConfig::main, EXAMPLES.resolve("keras.conf").toString()));
    }

    @Test
    void trainsWhatDl4jSavedAndGivesItBack() throws IOException {
        Path folder = Files.createDirectories(RUNS.resolve("saved"));
        assertEquals(
                String.format(
                        "HEALTHY: read from the model: adam 0.02, loss cross-entropy%n"
                                + "DL4J goes on after 140 updates%n"),
                run(ExamplesTest::trainSavedModel, folder.toString()));
    }

    private static void trainSavedModel(String[] arguments) {
        try {
            TrainSavedModel.main(arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void trainsInGuiceWithTheApplicationsOwnSchedule() throws IOException {
        assertEquals(
                "HEALTHY after 280 steps" + System.lineSeparator(),
                run(TrainInGuice::main, CONFIG.toString()));

        // Seven steps an epoch, from 0.01 to half of it.
        List<Double> rates = learningRates();
        assertEquals(280, rates.size());
        for (int step = 0; step < rates.size(); step++) {
            assertEquals(0.01 * (1 - 0.5 * (step % 7) / 7), rates.get(step), 1e-9, "step " + step);
        }
    }

    @Test
    void hearsWhyAFitLearnsNothing() {
        String printed = run(WatchYourFit::main);
        List<String> lines = printed.lines().toList();
        assertEquals("ERROR: vanishing-gradient", lines.get(lines.size() - 3), printed);
        assertTrue(lines.get(lines.size() - 2).contains("hidden-"), printed);
        assertTrue(lines.get(lines.size() - 1).contains("activation = relu"), printed);
    }

    @Test
    void trainsANetworkThatAProgramBuilt() {
        Path run = RUNS.resolve("mine");
        assertEquals(
                String.format("HEALTHY after 200 steps%nlearned%n"),
                run(TrainYourNetwork::main, run.toString()));
        assertTrue(Files.exists(run.resolve("report.html")));
    }

    @Test
    void repairsANetworkThatAProgramBuilt() {
        List<String> lines = run(RepairYourNetwork::main).lines().toList();
        assertEquals("REPAIRED", lines.get(0));
        assertEquals("learned", lines.get(lines.size() - 1));
        assertTrue(lines.size() > 2, lines.toString());
    }

    @Test
    void trainsAGraphWithSeveralInputsAndMasks() {
        assertEquals(
                String.format("HEALTHY after 150 steps%nlearned%n"), run(TrainYourGraph::main));
    }

    @Test
    void theReadmeShowsWhatIsCompiledHere() throws IOException {
        String readme = Files.readString(EXAMPLES.resolve("../README.md"));
        String section = readme.split("(?m)^## Embed it$", 2)[1].split("(?m)^## ", 2)[0];
        List<String> sources = sources();

        List<String> snippets =
                SNIPPET.matcher(section).results().map(match -> flat(match.group(1))).toList();
        assertFalse(snippets.isEmpty());
        for (String snippet : snippets) {
            assertTrue(
                    sources.stream().anyMatch(source -> source.contains(snippet)),
                    () -> "no example holds\n" + snippet);
        }
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("../src/main/java"))) {
            List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
            return java.stream().map(ExamplesTest::read).map(ExamplesTest::flat).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Without indentation. */
    private static String flat(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
