package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.evengrad.cli.AllPluginsTest.Leaf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What users unpack. */
class DistributionIT {
    private static final Path HOME = Path.of("target/evengrad");

    @Test
    void holdsTheJarOfEveryPluginAndNoOther() throws IOException {
        String version = System.getProperty("evengrad.test.version");
        Set<String> wanted =
                AllPluginsTest.leaves().stream()
                        .map(leaf -> leaf.artifact() + "-" + version + ".jar")
                        .collect(Collectors.toCollection(TreeSet::new));

        try (Stream<Path> jars = Files.list(HOME.resolve("plugins"))) {
            Set<String> held =
                    jars.map(jar -> jar.getFileName().toString())
                            .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(wanted, held);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "starts the shell script")
    void listsEveryPluginWithoutAWarning(@TempDir Path temporary)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(HOME.resolve("bin/evengrad").toString(), "strategies", "--json");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("EVENGRAD_OPTS");
        Path warnings = temporary.resolve("warnings.txt");
        Process process = builder.redirectError(warnings.toFile()).start();
        process.getOutputStream().close();
        byte[] printed = process.getInputStream().readAllBytes();

        int exitCode = process.waitFor();
        assertEquals("", Files.readString(warnings));
        assertEquals(0, exitCode);
        Set<String> listed = new TreeSet<>();
        for (JsonNode strategy : new ObjectMapper().readTree(printed).path("strategies")) {
            listed.add(strategy.path("kind").asText() + "s/" + strategy.path("name").asText());
        }
        assertEquals(
                AllPluginsTest.leaves().stream()
                        .map(Leaf::toString)
                        .collect(Collectors.toCollection(TreeSet::new)),
                listed);
    }
}
