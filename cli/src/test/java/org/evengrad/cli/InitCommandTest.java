package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.RunConfig;
import org.evengrad.config.plugins.PluginLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
    @TempDir private Path folder;

    @Test
    void writesAConfigurationThatLoads() throws IOException {
        Path file = folder.resolve("net.conf");

        CommandRun run = CommandRun.of("init", file.toString());

        assertEquals(ExitCode.DONE, run.exitCode(), run.err());
        assertTrue(run.out().contains("evengrad train " + file), run.out());
        RunConfig config =
                new ConfigLoader(
                                PluginLoader.load(
                                        getClass().getClassLoader(), List.of(), List.of()))
                        .load(file, Map.of())
                        .config();
        assertFalse(config.model().layers().isEmpty());
        assertEquals(List.of("net.conf"), files());
    }

    @Test
    void leavesAFileThatExistsAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), "mine");

        CommandRun run = CommandRun.of("init", file.toString());

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(file + ": exists already; name another file, or delete it first\n", run.err());
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void refusesAFolderThatDoesNotExist() throws IOException {
        Path file = folder.resolve("absent").resolve("net.conf");

        CommandRun run = CommandRun.of("init", file.toString());

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(run.err().contains("there is no folder " + file.getParent()), run.err());
        assertEquals(List.of(), files());
    }

    @Test
    void namesTheFileInJson() throws IOException {
        Path file = folder.resolve("net.conf");

        CommandRun run = CommandRun.of("--json", "init", file.toString());

        assertEquals(file.toString(), new ObjectMapper().readTree(run.out()).get("file").asText());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
