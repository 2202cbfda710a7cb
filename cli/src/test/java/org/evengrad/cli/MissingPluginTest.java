package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.evengrad.config.plugins.HashedJar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that used strategies of third parties, with their jars and without. */
class MissingPluginTest {
    @TempDir private Path temporary;
    private Path plugins;
    private HashedJar descent;
    private HashedJar half;
    private Path run;

    /** Trains with both and stops after the checkpoint of the second epoch's end. */
    @BeforeEach
    void train() throws IOException {
        plugins = Files.createDirectory(temporary.resolve("plugins")).toRealPath();
        descent =
                HashedJar.of(ThirdPartyPlugin.build(plugins.resolve("descent-1.2.jar"), "descent"));
        half =
                HashedJar.of(
                        ThirdPartyPlugin.buildActivation(plugins.resolve("half-3.4.jar"), "half"));
        run = temporary.resolve("run");
        CommandRun trained = train("--plugins", plugins.toString());
        assertEquals(ExitCode.DONE, trained.exitCode(), trained.err());
    }

    private CommandRun train(String... more) throws IOException {
        Path config =
                Files.writeString(
                        temporary.resolve("net.conf"),
                        """
                        data        { source = iris, batch-size = 32 }
                        model       { layers = [ { dense = 8, activation = half }, { dense = 8 } ] }
                        initializer = xavier
                        activation  = tanh
                        optimizer   = descent
                        training    { epochs = 5, checkpoint-every = 1 epochs }
                        """);
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "train",
                                config.toString(),
                                "--run-dir",
                                run.toString(),
                                "--quiet"));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private CommandRun evaluate(String... more) {
        List<String> arguments = new ArrayList<>(List.of("evaluate", run.toString()));
        arguments.addAll(Arrays.asList(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    /** Takes jars away without deleting them, as on another machine. */
    private String without(HashedJar... absent) throws IOException {
        Path rest = Files.createDirectories(temporary.resolve("rest"));
        for (HashedJar jar : List.of(descent, half)) {
            if (!List.of(absent).contains(jar)) {
                Files.copy(jar.path(), rest.resolve(jar.fileName()));
            }
        }
        return rest.toString();
    }

    @Test
    void theManifestAndTheModelNameEveryStrategyAndItsJar() throws IOException {
        JsonNode manifest = new ObjectMapper().readTree(run.resolve("manifest.json").toFile());
        JsonNode model;
        try (FileSystem zip = FileSystems.newFileSystem(run.resolve("model.zip"))) {
            model = new ObjectMapper().readTree(Files.readString(zip.getPath("evengrad.json")));
        }

        assertEquals(manifest.path("strategies"), model.path("strategies"));
        List<String> uses = new ArrayList<>();
        for (JsonNode use : manifest.path("strategies")) {
            uses.add(use.path("kind").asText() + " " + use.path("name").asText());
            boolean third = List.of("descent", "half").contains(use.path("name").asText());
            HashedJar jar = use.path("name").asText().equals("half") ? half : descent;
            assertEquals(third ? jar.fileName() : "null", use.path("jar").asText());
            assertEquals(third ? jar.sha256() : "null", use.path("sha256").asText());
        }
        assertEquals(
                List.of(
                        "activation half",
                        "initializer xavier",
                        "activation tanh",
                        "optimizer descent",
                        "scheduler constant",
                        "guard nonfinite"),
                uses);
        assertEquals(
                List.of(descent.sha256(), half.sha256()),
                manifest.path("plugins").findValuesAsText("sha256"));
    }

    @Test
    void reopensWithItsJars() {
        CommandRun evaluated = evaluate("--plugins", plugins.toString());

        assertEquals(ExitCode.DONE, evaluated.exitCode(), evaluated.err());
        assertTrue(evaluated.out().startsWith("test, "), evaluated.out());
    }

    @Test
    void evaluatingNeedsNoOptimizer() throws IOException {
        CommandRun evaluated = evaluate("--plugins", without(descent));

        assertEquals(ExitCode.DONE, evaluated.exitCode(), evaluated.err());
        assertEquals(evaluate("--plugins", plugins.toString()).out(), evaluated.out());
    }

    @Test
    void evaluatingWithoutTheActivationNamesItAndItsJar() {
        CommandRun evaluated = evaluate();

        assertEquals(ExitCode.INVALID_INPUT, evaluated.exitCode());
        assertNames("activation 'half'", half, evaluated);
    }

    @Test
    void resumesWithItsJars() throws IOException {
        CommandRun resumed = train("--resume", "--plugins", plugins.toString());

        assertEquals(ExitCode.DONE, resumed.exitCode(), resumed.err());
    }

    @Test
    void resumingWithoutTheOptimizerNamesItAndItsJar() throws IOException {
        CommandRun resumed = train("--resume", "--plugins", without(descent));

        assertEquals(ExitCode.INVALID_INPUT, resumed.exitCode());
        assertNames("optimizer 'descent'", descent, resumed);
    }

    @Test
    void resumingWithoutBothNamesBoth() throws IOException {
        CommandRun resumed = train("--resume");

        assertEquals(ExitCode.INVALID_INPUT, resumed.exitCode());
        assertEquals(2, resumed.errors().size(), resumed.err());
        assertTrue(resumed.err().contains(descent.fileName()), resumed.err());
        assertTrue(resumed.err().contains(half.fileName()), resumed.err());
    }

    private static void assertNames(String strategy, HashedJar jar, CommandRun run) {
        assertEquals(1, run.errors().size(), run.err());
        for (String part : List.of(strategy, jar.fileName(), jar.sha256(), "--plugins")) {
            assertTrue(run.err().contains(part), () -> part + " is missing in " + run.err());
        }
    }
}
