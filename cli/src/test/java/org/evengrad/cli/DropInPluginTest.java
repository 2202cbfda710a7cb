package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.plugins.HashedJar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars that strangers built and users put into a folder. */
class DropInPluginTest {
    @TempDir private Path temporary;
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("my plugins")).toRealPath();
    }

    @Test
    void isListedBesideTheOthers() throws IOException {
        ThirdPartyPlugin.build(folder.resolve("plain.jar"), "plain-descent");

        CommandRun run = strategies("optimizers");

        assertEquals(ExitCode.DONE, run.exitCode());
        assertEquals("", run.err());
        assertTrue(run.out().contains("  plain-descent  Goes downhill\n"), run.out());
        assertTrue(run.out().contains("  adam "), run.out());
    }

    @Test
    void isExplainedWithTheJarThatItCameFrom() throws IOException {
        Path jar = ThirdPartyPlugin.build(folder.resolve("plain.jar"), "plain-descent");

        CommandRun run = strategies("optimizers", "plain-descent");

        assertEquals(ExitCode.DONE, run.exitCode());
        assertTrue(run.out().contains(jar.toString()), run.out());
        assertTrue(run.out().contains(HashedJar.of(jar).sha256()), run.out());
        assertTrue(
                run.out().contains("optimizer = { use = plain-descent, learning-rate = 0.05 }"),
                run.out());
    }

    @Test
    void namesItsJarInJson() throws IOException {
        Path jar = ThirdPartyPlugin.build(folder.resolve("plain.jar"), "plain-descent");

        CommandRun run = strategies("optimizers", "plain-descent", "--json");

        JsonNode strategy = new ObjectMapper().readTree(run.out()).path("strategies").path(0);
        assertEquals(jar.toString(), strategy.path("jar").asText());
        assertEquals(HashedJar.of(jar).sha256(), strategy.path("sha256").asText());
    }

    @Test
    void worksFromThePluginsOfTheDistribution() throws IOException {
        Path plugins = Files.createDirectory(temporary.resolve("plugins"));
        ThirdPartyPlugin.build(plugins.resolve("plain.jar"), "plain-descent");
        Surroundings distribution = new Surroundings(Optional.of(temporary), 0, false, false);

        CommandRun run = CommandRun.in(distribution, "strategies", "optimizers");

        assertTrue(run.out().contains("  plain-descent "), run.out());
    }

    @Test
    void foldersAddUpBeforeAndAfterTheCommand() throws IOException {
        Path other = Files.createDirectory(temporary.resolve("other"));
        ThirdPartyPlugin.build(folder.resolve("a.jar"), "descent-a");
        ThirdPartyPlugin.build(other.resolve("b.jar"), "descent-b");

        CommandRun run =
                CommandRun.of(
                        "--plugins",
                        folder.toString(),
                        "strategies",
                        "optimizers",
                        "--plugins",
                        other.toString());

        assertTrue(run.out().contains("  descent-a "), run.out());
        assertTrue(run.out().contains("  descent-b "), run.out());
    }

    @Test
    void aBrokenJarIsOneWarningAndTheOthersWork() throws IOException {
        ThirdPartyPlugin.build(folder.resolve("good.jar"), "plain-descent");
        Path broken = ThirdPartyPlugin.build(folder.resolve("broken.jar"), "other-descent");
        ThirdPartyPlugin.truncate(broken);

        CommandRun run = strategies("optimizers");

        assertEquals(ExitCode.DONE, run.exitCode());
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.err().startsWith("warning: " + broken), run.err());
        assertTrue(run.out().contains("  plain-descent "), run.out());
        assertTrue(run.out().contains("  adam "), run.out());
    }

    @Test
    void aNameInTwoJarsIsOneWarningThatNamesBoth() throws IOException {
        Path first = ThirdPartyPlugin.build(folder.resolve("first.jar"), "plain-descent");
        Path second = ThirdPartyPlugin.build(folder.resolve("second.jar"), "plain-descent");

        CommandRun run = strategies("optimizers");

        assertEquals(ExitCode.DONE, run.exitCode());
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.err().startsWith("warning: "), run.err());
        assertTrue(run.err().contains(first.toString()), run.err());
        assertTrue(run.err().contains(second.toString()), run.err());
        assertTrue(run.out().contains("  adam "), run.out());
        assertFalse(run.out().contains("  plain-descent "), run.out());
    }

    @Test
    void aNameInTwoJarsCannotBeAskedFor() throws IOException {
        Path first = ThirdPartyPlugin.build(folder.resolve("first.jar"), "plain-descent");
        Path second = ThirdPartyPlugin.build(folder.resolve("second.jar"), "plain-descent");

        CommandRun run = strategies("optimizers", "plain-descent");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        String error = run.errors().get(run.errors().size() - 1);
        assertTrue(error.contains(first.toString()) && error.contains(second.toString()), error);
    }

    @Test
    void aNameThatNoJarHoldsSaysWhatIsInstalledAndWhatToDo() {
        CommandRun run = strategies("optimizers", "plain-descent");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(1, run.errors().size(), run.err());
        for (String part : new String[] {"plain-descent", "adamw", "jar", "--plugins"}) {
            assertTrue(run.err().contains(part), () -> part + " is missing in " + run.err());
        }
    }

    @Test
    void trainsByItsName() throws IOException {
        ThirdPartyPlugin.build(folder.resolve("plain.jar"), "plain-descent");
        Path runFolder = temporary.resolve("run");

        CommandRun run = train("plain-descent", runFolder);

        assertEquals(ExitCode.DONE, run.exitCode(), run.err());
        assertTrue(Files.exists(runFolder.resolve("model.zip")), run.out());
        assertTrue(
                Files.readString(runFolder.resolve("config.conf")).contains("plain-descent"),
                run.out());
    }

    @Test
    void aConfigurationThatNamesAnAbsentOneIsRefusedInOneLine() throws IOException {
        Path broken = ThirdPartyPlugin.build(folder.resolve("plain.jar"), "plain-descent");
        ThirdPartyPlugin.truncate(broken);
        Path runFolder = temporary.resolve("run");

        CommandRun run = train("plain-descent", runFolder);

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertEquals(2, run.errors().size(), run.err());
        assertTrue(run.errors().get(0).startsWith("warning: " + broken), run.err());
        String error = run.errors().get(1);
        for (String part :
                List.of(
                        "net.conf: 5",
                        "'plain-descent'",
                        "adamw",
                        "--plugins",
                        broken.toString())) {
            assertTrue(error.contains(part), () -> part + " is missing in " + error);
        }
        assertTrue(Files.notExists(runFolder), "something was written");
    }

    private CommandRun train(String optimizer, Path runFolder) throws IOException {
        Path config =
                Files.writeString(
                        temporary.resolve("net.conf"),
                        """
                        data        { source = iris, batch-size = 32 }
                        model       { layers = [ { dense = 8 } ] }
                        initializer = xavier
                        activation  = tanh
                        optimizer   = OPTIMIZER
                        training    { epochs = 5 }
                        """
                                .replace("OPTIMIZER", optimizer));
        return CommandRun.of(
                "train",
                config.toString(),
                "--plugins",
                folder.toString(),
                "--run-dir",
                runFolder.toString(),
                "--quiet");
    }

    private CommandRun strategies(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "strategies";
        all[1] = "--plugins";
        all[2] = folder.toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return CommandRun.of(all);
    }
}
