package org.evengrad.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The application in one jar works wherever only that jar is. */
@Execution(ExecutionMode.CONCURRENT)
class OneJarIT {
    private static final Path PLUGINS = Path.of("../../../plugins");

    /** Each strategy is in another plugin's jar. */
    private static final String CONFIG =
            """
            name = one-jar
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 8 } ] }
            activation = mish, initializer = orthogonal
            optimizer { use = lion, learning-rate = 0.005 }
            scheduler { use = one-cycle }
            guards = [ nonfinite, zclip ]
            training { epochs = 10 }
            """;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"one-jar-shaded.jar", "one-jar-nested.jar"})
    void holdsEveryStrategyOnceAndTrains(String jar) throws Exception {
        Path config = Files.writeString(folder.resolve("net.conf"), CONFIG);

        List<String> lines = run(Path.of(jar).toAbsolutePath(), config);

        int last = lines.size() - 1;
        assertEquals(strategies(), lines.subList(0, last).stream().sorted().toList());
        assertEquals("HEALTHY after 70 steps", lines.get(last));
        assertTrue(Files.exists(folder.resolve("runs/one-jar-001/model.zip")));
    }

    /** The folders of all plugins, sorted. */
    private static List<String> strategies() throws IOException {
        List<String> strategies = new ArrayList<>();
        for (String kind :
                List.of("initializers", "activations", "optimizers", "schedulers", "guards")) {
            try (Stream<Path> folders = Files.list(PLUGINS.resolve(kind))) {
                folders.filter(plugin -> Files.exists(plugin.resolve("pom.xml")))
                        .forEach(plugin -> strategies.add(kind + "/" + plugin.getFileName()));
            }
        }
        Collections.sort(strategies);
        return strategies;
    }

    /** Runs the jar in an empty folder, with an empty cache of natives; gives what it printed. */
    private List<String> run(Path jar, Path config) throws IOException, InterruptedException {
        Path printed = folder.resolve("printed.txt");
        Path errors = folder.resolve("errors.txt");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("natives"),
                                "-jar",
                                jar.toString(),
                                config.toString())
                        .directory(folder.toFile())
                        .redirectOutput(printed.toFile())
                        .redirectError(errors.toFile())
                        .start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), Files.readString(errors));
        return Files.readAllLines(printed);
    }
}
