package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.evengrad.config.plugins.HashedJar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --lock FILE}: the jars that may be loaded. */
class PluginLockTest {
    @TempDir private Path temporary;
    private Path plugins;
    private Path jar;
    private Path lock;

    @BeforeEach
    void install() throws IOException {
        plugins = Files.createDirectory(temporary.resolve("my plugins")).toRealPath();
        jar = ThirdPartyPlugin.build(plugins.resolve("plain.jar"), "plain-descent");
        lock = temporary.resolve("plugins.lock");
    }

    private void lock(String... lines) throws IOException {
        Files.write(lock, List.of(lines));
    }

    /** As sha256sum prints it. */
    private static String line(Path jar) {
        return HashedJar.of(jar).sha256() + "  " + jar;
    }

    private CommandRun run(String... command) {
        List<String> arguments = new ArrayList<>(Arrays.asList(command));
        arguments.addAll(List.of("--plugins", plugins.toString(), "--lock", lock.toString()));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void aListedJarWorks() throws IOException {
        lock("# our plugins", "", line(jar));

        CommandRun run = run("strategies", "optimizers");

        assertEquals(ExitCode.DONE, run.exitCode(), run.err());
        assertTrue(run.out().contains("  plain-descent "), run.out());
    }

    @Test
    void theNameAndTheFormOfALineDoNotCount() throws IOException {
        String hash = HashedJar.of(jar).sha256();
        lock("\\" + hash.toUpperCase(java.util.Locale.ROOT) + " *C:\\\\elsewhere\\\\renamed.jar");

        assertEquals(ExitCode.DONE, run("strategies").exitCode());
    }

    @Test
    void aJarThatIsNotListedIsRefusedWithItsHashAndTheWayToListIt() throws IOException {
        Path other = ThirdPartyPlugin.build(plugins.resolve("other.jar"), "other-descent");
        lock(line(jar));

        CommandRun run = run("strategies");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(
                other
                        + ": is not listed in "
                        + lock
                        + "; its SHA-256 is "
                        + HashedJar.of(other).sha256()
                        + ". To allow it: sha256sum \""
                        + other
                        + "\" >> \""
                        + lock
                        + "\"\n",
                run.err());
        assertEquals("", run.out());
    }

    @Test
    void aJarOfWhichOneByteChangedIsRefused() throws IOException {
        lock(line(jar));
        Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);

        CommandRun run = run("strategies");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.err().startsWith(jar + ": has changed since it was listed"), run.err());
    }

    @Test
    void everyJarThatIsNotListedHasALine() throws IOException {
        ThirdPartyPlugin.build(plugins.resolve("other.jar"), "other-descent");
        lock();

        assertEquals(2, run("strategies").errors().size());
    }

    @Test
    void theLibrariesOfAPluginMustBeListedToo() throws IOException {
        Path library = Files.createDirectories(plugins.resolve("big/lib")).resolve("library.jar");
        Files.copy(jar, library);
        Files.write(library, new byte[] {0}, StandardOpenOption.APPEND);
        lock(line(jar));

        CommandRun run = run("strategies");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(run.err().startsWith(library.toString()), run.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"train net.conf", "evaluate run", "strategies optimizers plain-descent"})
    void everyCommandThatLoadsPluginsKeepsToIt(String command) throws IOException {
        lock();

        CommandRun run = run(command.split(" "));

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.err().startsWith(jar + ": is not listed"), run.err());
    }

    @Test
    void worksBeforeTheCommandToo() throws IOException {
        lock();

        CommandRun run =
                CommandRun.of(
                        "--lock", lock.toString(), "strategies", "--plugins", plugins.toString());

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.out());
    }

    @Test
    void nothingOfARefusedJarRuns() throws IOException {
        Path other = Files.createDirectory(temporary.resolve("other")).resolve("bad.jar");
        Path ran = temporary.resolve("ran");
        ThirdPartyPlugin.buildThatWrites(other, ran);
        Files.copy(other, plugins.resolve("bad.jar"));
        lock(line(jar));
        assertEquals(ExitCode.INVALID_INPUT, run("strategies").exitCode());
        assertFalse(Files.exists(ran), "its code ran");

        lock(line(jar), line(other));
        assertEquals(ExitCode.DONE, run("strategies").exitCode());
        assertTrue(Files.exists(ran), "the test's plugin does not write");
    }

    @Test
    void aMissingLockFileSaysHowToMakeOne() {
        CommandRun run = run("strategies");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(
                lock
                        + ": there is no such lock file; sha256sum plugins/*.jar > "
                        + lock
                        + " makes one\n",
                run.err());
    }

    @Test
    void everyMalformedLineIsNamedWithItsNumber() throws IOException {
        lock(line(jar), "abc  plain.jar", "", HashedJar.of(jar).sha256());

        CommandRun run = run("strategies");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(2, run.errors().size(), run.err());
        assertTrue(run.errors().get(0).startsWith(lock + ":2: must be a line"), run.err());
        assertTrue(run.errors().get(1).startsWith(lock + ":4: must be a line"), run.err());
    }
}
