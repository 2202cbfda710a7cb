package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurroundingsTest {
    private final Properties properties = new Properties();

    @Test
    void aTerminalThatTakesColorsGetsThem() {
        properties.setProperty("evengrad.columns", "120");

        Surroundings terminal = Surroundings.of(properties, Map.of("TERM", "xterm"));

        assertEquals(120, terminal.columns());
        assertTrue(terminal.color());
    }

    @Test
    void obeysNoColorAndADumbTerminal() {
        properties.setProperty("evengrad.columns", "120");

        assertFalse(Surroundings.of(properties, Map.of("TERM", "xterm", "NO_COLOR", "1")).color());
        assertFalse(Surroundings.of(properties, Map.of("TERM", "dumb")).color());
        assertFalse(Surroundings.of(properties, Map.of()).color());
    }

    @Test
    void withoutATerminalThereIsNoWidthAndNoColor() {
        Surroundings pipe = Surroundings.of(properties, Map.of("TERM", "xterm"));

        assertEquals(0, pipe.columns());
        assertFalse(pipe.color());
    }

    @Test
    void readsAWidthThatMakesNoSenseAsNone() {
        properties.setProperty("evengrad.columns", "wide");

        assertEquals(0, Surroundings.of(properties, Map.of()).columns());
    }

    @Test
    void theDistributionBringsItsPlugins(@TempDir Path home) throws Exception {
        properties.setProperty("evengrad.home", home.toString());
        Surroundings distribution = Surroundings.of(properties, Map.of());
        assertEquals(List.of(), distribution.plugins());

        Path plugins = Files.createDirectory(home.resolve("plugins"));

        assertEquals(List.of(plugins), distribution.plugins());
    }
}
