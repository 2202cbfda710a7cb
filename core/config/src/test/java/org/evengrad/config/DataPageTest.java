package org.evengrad.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.evengrad.config.plugins.KebabCase;
import org.junit.jupiter.api.Test;

/** docs/data.md tells of every source and every key. */
class DataPageTest {
    private final List<String> lines = Files.readAllLines(page());

    DataPageTest() throws IOException {}

    private static Path page() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs"))) {
            folder = folder.getParent();
        }
        return folder.resolve("docs/data.md");
    }

    @Test
    void namesEverySourceWithItsKeys() {
        List<String> missing = new ArrayList<>();
        for (Class<?> source : DataConfig.Source.class.getPermittedSubclasses()) {
            String name = KebabCase.of(source.getSimpleName());
            String row =
                    lines.stream()
                            .filter(line -> line.startsWith("| `" + name + "` |"))
                            .findFirst()
                            .orElse("");
            for (RecordComponent component : source.getRecordComponents()) {
                String key = KebabCase.of(component.getName());
                if (!row.contains("`" + key + "`") && !row.contains("`" + key + " = ")) {
                    missing.add(name + "." + key);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void namesEveryKeyOfAugmentation() {
        for (RecordComponent component : AugmentConfig.class.getRecordComponents()) {
            String key = "| `" + KebabCase.of(component.getName()) + " = ";
            assertEquals(1, lines.stream().filter(line -> line.startsWith(key)).count(), key);
        }
    }
}
