package org.evengrad.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.evengrad.config.plugins.Samples;
import org.evengrad.config.problem.InvalidInputException;

/** Writes configurations into a folder and loads them. */
final class ConfigFixture {
    /** The shortest valid configuration. */
    static final String MINIMAL =
            """
            data { source = iris }
            model { layers = [ { dense = 4 } ] }
            """;

    private final Path folder;

    ConfigFixture(Path folder) {
        this.folder = folder;
    }

    Path write(String name, String text) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    LoadedConfig loaded(String text, Map<String, String> overrides) throws Exception {
        return new ConfigLoader(Samples.registry()).load(write("net.conf", text), overrides);
    }

    RunConfig load(String text) throws Exception {
        return loaded(text, Map.of()).config();
    }

    RunConfig load(String text, Map<String, String> overrides) throws Exception {
        return loaded(text, overrides).config();
    }

    /** The message for an invalid configuration, with the name of the folder left out. */
    String refusal(String text, Map<String, String> overrides) throws Exception {
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> loaded(text, overrides));
        return refusal.getMessage().replace(folder + File.separator, "") + "\n";
    }

    String refusal(String text) throws Exception {
        return refusal(text, Map.of());
    }
}
