package org.evengrad.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.evengrad.config.bind.Key;
import org.evengrad.config.plugins.KebabCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/models.md} has every layer, preset and key, with the right default. */
class ModelsPageTest {
    private static final Path PAGE = Path.of("../../docs/models.md");

    private static Stream<Class<?>> layers() {
        return Arrays.stream(LayerConfig.class.getPermittedSubclasses());
    }

    private static Stream<Class<?>> presets() {
        return Arrays.stream(Preset.class.getPermittedSubclasses());
    }

    private static String key(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        return key == null || key.name().isEmpty() ? KebabCase.of(component.getName()) : key.name();
    }

    /** How the page writes a key: with its default, if it has one. */
    private static String written(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        String absent = key == null ? "" : key.absent();
        return absent.isEmpty()
                ? "`" + key(component) + "`"
                : "`" + key(component) + " = " + absent + "`";
    }

    /** The only row of a table that begins so, in its cells. */
    private static List<String> row(String begin) throws IOException {
        List<String> rows =
                Files.readAllLines(PAGE).stream().filter(line -> line.startsWith(begin)).toList();
        assertEquals(1, rows.size(), "rows that begin with " + begin);
        return Arrays.stream(rows.get(0).split("\\|")).map(String::strip).toList();
    }

    private static void assertKeys(String expected, String cell) {
        List<String> found =
                Stream.of(cell.split(","))
                        .map(key -> key.replaceFirst("\\(.*\\)", "").strip())
                        .toList();
        assertEquals(expected, String.join(", ", found));
    }

    private static String keys(Class<?> type, int from) {
        return Arrays.stream(type.getRecordComponents())
                .skip(from)
                .map(ModelsPageTest::written)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }

    @ParameterizedTest
    @MethodSource("layers")
    void hasEachLayerWithItsKeysAndDefaults(Class<?> layer) throws IOException {
        List<String> row = row("| `" + key(layer.getRecordComponents()[0]) + " = ");

        assertKeys(keys(layer, 1), row.get(2));
    }

    @ParameterizedTest
    @MethodSource("presets")
    void hasEachPresetWithItsOptionsAndDefaults(Class<?> preset) throws IOException {
        List<String> row = row("| `" + KebabCase.of(preset.getSimpleName()) + "` |");

        assertKeys(keys(preset, 0), row.get(2));
    }

    @Test
    void hasEachKeyOfAModel() throws IOException {
        String page = Files.readString(PAGE);
        for (RecordComponent component : ModelConfig.class.getRecordComponents()) {
            boolean inPreset = component.getName().equals("preset");
            String key = inPreset ? "preset" : key(component);
            assertTrue(page.contains("`" + key + "`"), key);
        }
    }
}
