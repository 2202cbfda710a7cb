package org.evengrad.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void writesANewFileAndLeavesNothingElse() throws IOException {
        Path file = folder.resolve("file.txt");
        AtomicFile.writeText(file, "grüße\n");
        assertEquals("grüße\n", Files.readString(file));
        assertEquals(List.of("file.txt"), names());
    }

    @Test
    void replacesAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file.txt"), "a longer text before");
        AtomicFile.writeText(file, "new");
        assertEquals("new", Files.readString(file));
    }

    @Test
    void leavesTheOldFileAndNothingElseWhenTheContentFails() throws IOException {
        Path file = Files.writeString(folder.resolve("file.txt"), "old");
        IOException failure =
                assertThrows(
                        IOException.class,
                        () ->
                                AtomicFile.write(
                                        file,
                                        temporary -> {
                                            assertEquals(folder, temporary.getParent());
                                            Files.writeString(temporary, "half of i");
                                            throw new IOException("disk full");
                                        }));
        assertEquals("disk full", failure.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("file.txt"), names());
    }

    @Test
    void theOldFileIsThereUntilTheNewOneIsWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("file.txt"), "old");
        AtomicFile.write(
                file,
                temporary -> {
                    Files.writeString(temporary, "new");
                    assertEquals("old", Files.readString(file));
                });
        assertEquals("new", Files.readString(file));
    }

    @Test
    void leavesNothingWhenTheContentWritesNothing() throws IOException {
        Path file = folder.resolve("file.txt");
        assertThrows(NoSuchFileException.class, () -> AtomicFile.write(file, temporary -> {}));
        assertEquals(List.of(), names());
    }
}
