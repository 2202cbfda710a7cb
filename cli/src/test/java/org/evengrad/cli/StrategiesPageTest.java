package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrategiesPageTest {
    private static final Path PAGE = Path.of("../docs/strategies.md");

    @Test
    void thePageOfTheDocumentationIsWhatTheCommandPrints() throws IOException {
        List<String> page = Files.readAllLines(PAGE);

        CommandRun run = CommandRun.of("strategies", "--format", "markdown");

        List<String> printed = run.out().lines().toList();
        for (int line = 0; line < Math.max(page.size(), printed.size()); line++) {
            assertEquals(
                    line(printed, line),
                    line(page, line),
                    "docs/strategies.md is out of date at line "
                            + (line + 1)
                            + ". Write it again with:"
                            + " ./evengrad strategies --format markdown > docs/strategies.md");
        }
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index) : "(the end)";
    }
}
