package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts the distribution, with a shell script in the place of Java. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is a shell script")
class LauncherTest {
    @TempDir private Path temporary;
    private Path home;
    private Path java;

    @BeforeEach
    void install() throws IOException {
        home = temporary.toRealPath().resolve("ever green");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/evengrad-cli.jar"));
        Files.copy(Path.of("src/main/launcher/evengrad"), home.resolve("bin/evengrad"));
        assertTrue(home.resolve("bin/evengrad").toFile().setExecutable(true));
        java = fakeJava("a java", "17.0.15");
    }

    @Test
    void handsItsArgumentsToJavaAsTheyAre() throws Exception {
        Launch launch = launch(home.resolve("bin/evengrad"), "train", "my net.conf", "-D", "a=b *");

        assertEquals(0, launch.exitCode(), launch.output());
        assertTrue(launch.words().contains("-Devengrad.home=" + home), launch.output());
        int jar = launch.words().indexOf("-jar");
        assertEquals(
                List.of(
                        "-jar",
                        home + "/lib/evengrad-cli.jar",
                        "train",
                        "my net.conf",
                        "-D",
                        "a=b *"),
                launch.words().subList(jar, launch.words().size()));
    }

    @Test
    void worksThroughASymbolicLink() throws Exception {
        Path link = temporary.resolve("link");
        Files.createSymbolicLink(link, home.resolve("bin/evengrad"));

        Launch launch = launch(link, "strategies");

        assertEquals(0, launch.exitCode(), launch.output());
        assertTrue(launch.words().contains("-Devengrad.home=" + home), launch.output());
    }

    @Test
    void addsTheOptionsOfTheUser() throws Exception {
        Launch launch =
                launch(
                        Map.of("EVENGRAD_OPTS", "-Xmx4g -Dx=y"),
                        home.resolve("bin/evengrad"),
                        "strategies");

        assertTrue(launch.words().containsAll(List.of("-Xmx4g", "-Dx=y")), launch.output());
    }

    @Test
    void saysNothingOfATerminalWhereThereIsNone() throws Exception {
        Launch launch = launch(home.resolve("bin/evengrad"), "strategies");

        assertFalse(launch.output().contains("evengrad.columns"), launch.output());
    }

    @Test
    void refusesAnOldJavaInOneLine() throws Exception {
        java = fakeJava("old", "11.0.2");

        Launch launch = launch(home.resolve("bin/evengrad"), "strategies");

        assertEquals(1, launch.exitCode());
        assertEquals(1, launch.words().size(), launch.output());
        assertTrue(launch.output().contains("Java 17 or newer is needed"), launch.output());
        assertTrue(launch.output().contains("11.0.2"), launch.output());
    }

    @Test
    void saysThatJavaHomeHoldsNoJava() throws Exception {
        java = temporary.resolve("nowhere");

        Launch launch = launch(home.resolve("bin/evengrad"), "strategies");

        assertEquals(1, launch.exitCode());
        assertEquals(1, launch.words().size(), launch.output());
        assertTrue(launch.output().contains("JAVA_HOME is " + java), launch.output());
    }

    @Test
    void archivesTheClassesOfATrainingOnceAndAgainForANewJar() throws Exception {
        java = archivingJava();
        Path calls = temporary.resolve("archived.txt");
        Path archive = home.resolve("cache/classes-17.0.15+1.jsa");

        Launch first = launch(home.resolve("bin/evengrad"), "train", "net.conf");
        assertTrue(first.words().contains("-XX:SharedArchiveFile=" + archive), first.output());
        assertFalse(first.output().contains("ArchiveClassesAtExit"), first.output());
        assertEquals(1, Files.readAllLines(calls).size());
        assertTrue(Files.readString(calls).contains("org.evengrad.cli.ClassArchive "));

        launch(home.resolve("bin/evengrad"), "strategies");
        assertEquals(1, Files.readAllLines(calls).size());

        FileTime later =
                FileTime.from(Files.getLastModifiedTime(archive).toInstant().plusSeconds(9));
        Files.setLastModifiedTime(home.resolve("lib/evengrad-cli.jar"), later);
        launch(home.resolve("bin/evengrad"), "strategies");
        assertEquals(2, Files.readAllLines(calls).size());
        try (Stream<Path> left = Files.list(home.resolve("cache"))) {
            assertEquals(List.of(archive), left.toList());
        }
    }

    @Test
    void doesWithoutAnArchiveWhereJavaMakesNone() throws Exception {
        launch(home.resolve("bin/evengrad"), "strategies");
        Launch second = launch(home.resolve("bin/evengrad"), "strategies");

        assertEquals(0, second.exitCode(), second.output());
        assertFalse(second.output().contains("SharedArchiveFile"), second.output());
        try (Stream<Path> left = Files.list(home.resolve("cache"))) {
            assertEquals(1, left.count(), "the mark that there is none");
        }
    }

    @Test
    void worksWhereTheDistributionCannotBeWritten() throws Exception {
        Files.createFile(home.resolve("cache"));

        Launch launch = launch(home.resolve("bin/evengrad"), "strategies");

        assertEquals(0, launch.exitCode(), launch.output());
        assertFalse(launch.output().contains("SharedArchiveFile"), launch.output());
    }

    /** What the script printed, with the words that reached Java one a line. */
    private record Launch(int exitCode, String output) {
        List<String> words() {
            return output.lines().toList();
        }
    }

    private Launch launch(Path script, String... arguments) throws Exception {
        return launch(Map.of(), script, arguments);
    }

    private Launch launch(Map<String, String> environment, Path script, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(temporary.toFile());
        builder.environment().remove("EVENGRAD_OPTS");
        builder.environment().put("JAVA_HOME", java.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Launch(process.waitFor(), output);
    }

    /** A Java that can make an archive, and notes the command line with which it did. */
    private Path archivingJava() throws IOException {
        Path folder = fakeJava("archiving", "17.0.15");
        Files.writeString(
                folder.resolve("bin/java"),
                """
                #!/bin/sh
                for word in "$@"; do
                    case $word in
                        -XX:ArchiveClassesAtExit=*)
                            echo classes >"${word#*=}"
                            echo "$*" >>"%s"
                            ;;
                    esac
                done
                printf '%%s\\n' "$@"
                """
                        .formatted(temporary.resolve("archived.txt")));
        return folder;
    }

    /** A Java that prints its arguments, one a line. */
    private Path fakeJava(String name, String version) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        Path program = Files.createDirectories(folder.resolve("bin")).resolve("java");
        Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertTrue(program.toFile().setExecutable(true));
        Files.writeString(
                folder.resolve("release"),
                "JAVA_VERSION=\"" + version + "\"\nJAVA_RUNTIME_VERSION=\"" + version + "+1\"\n");
        return folder;
    }
}
