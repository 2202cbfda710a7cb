package org.evengrad.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.evengrad.config.problem.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir private Path folder;

    private static String refusal(Executable work) {
        return assertThrows(InvalidInputException.class, work).getMessage();
    }

    @Test
    void takesTheNextFreeNumber() {
        Path runs = folder.resolve("runs");
        assertEquals(runs.resolve("net-001"), RunFolder.next(runs, "net").path());
        assertEquals(runs.resolve("net-002"), RunFolder.next(runs, "net").path());
        assertEquals(runs.resolve("other-001"), RunFolder.next(runs, "other").path());
        assertTrue(Files.isDirectory(runs.resolve("net-002")));
    }

    @Test
    void neverTakesANumberThatIsTakenEvenByAFile() throws IOException {
        Files.createDirectory(folder.resolve("net-001"));
        Files.writeString(folder.resolve("net-002"), "a file");
        Files.createDirectory(folder.resolve("net-004"));
        assertEquals(folder.resolve("net-003"), RunFolder.next(folder, "net").path());
        assertEquals(folder.resolve("net-005"), RunFolder.next(folder, "net").path());
    }

    @Test
    void goesOnAfter999() throws IOException {
        for (int i = 1; i <= 999; i++) {
            Files.createDirectory(folder.resolve(String.format(Locale.ROOT, "net-%03d", i)));
        }
        assertEquals(folder.resolve("net-1000"), RunFolder.next(folder, "net").path());
    }

    @Test
    void takesTheFolderThatTheUserNamedWhetherItExistsOrNot() throws IOException {
        Path absent = folder.resolve("a/b");
        assertEquals(absent, RunFolder.at(absent).path());
        assertTrue(Files.isDirectory(absent));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertEquals(empty, RunFolder.at(empty).path());
    }

    @Test
    void refusesAFolderThatIsNotEmpty() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "mine");
        assertEquals(
                "run folder "
                        + folder
                        + " is not empty; name a new one, or leave --run-dir away to get the next"
                        + " free number",
                refusal(() -> RunFolder.at(folder)));
        assertEquals("mine", Files.readString(folder.resolve("notes.txt")));
    }

    @Test
    void refusesAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertEquals(
                "run folder " + file + " is a file; name a new folder",
                refusal(() -> RunFolder.at(file)));
    }

    @Test
    void saysWhyAFolderCannotBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        String explicit = refusal(() -> RunFolder.at(file.resolve("below")));
        assertTrue(
                explicit.startsWith("run folder " + file.resolve("below") + " cannot be written ("),
                explicit);
        String numbered = refusal(() -> RunFolder.next(file, "net"));
        assertTrue(numbered.startsWith("run folder " + file + " cannot be written ("), numbered);
        assertEquals(1, numbered.lines().count());
    }

    @Test
    void namesItsFiles() {
        RunFolder run = new RunFolder(folder);
        assertEquals(folder.resolve("config.conf"), run.config());
        assertEquals(folder.resolve("manifest.json"), run.manifest());
        assertEquals(folder.resolve("metrics.jsonl"), run.metrics());
        assertEquals(folder.resolve("summary.json"), run.summary());
        assertEquals(folder.resolve("model.zip"), run.model());
        assertEquals(folder.resolve("report.html"), run.report());
    }

    private Path stopped(Path runs, String name) throws IOException {
        return Files.createDirectories(runs.resolve(name).resolve("checkpoints")).getParent();
    }

    @Test
    void goesOnWithTheNewestRunByNumber(@TempDir Path runs) throws IOException {
        stopped(runs, "net-999");
        Path newest = stopped(runs, "net-1000");
        stopped(runs, "other-2000");
        Files.createDirectories(runs.resolve("net-1001"));

        assertEquals(newest, RunFolder.unfinished(runs, "net").path());
    }

    @Test
    void doesNotGoOnWithARunThatCameToItsEnd(@TempDir Path runs) throws IOException {
        Path interrupted = stopped(runs, "net-001");
        Files.writeString(interrupted.resolve("summary.json"), "{ \"status\" : \"interrupted\" }");
        Path ended = stopped(runs, "net-002");
        Files.writeString(ended.resolve("summary.json"), "{ \"status\" : \"healthy\" }");

        assertEquals(interrupted, RunFolder.unfinished(runs, "net").path());
    }
}
