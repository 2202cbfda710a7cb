package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.evengrad.config.plugins.HashedJar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/**
 * Does what docs/writing-a-plugin.md says, word for word, in an empty folder outside the build:
 * against the artifacts as they are published, with the launcher of the distribution. Maven finds
 * these artifacts and what the build has downloaded, and nothing else: no network, no settings.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the page's commands are those of a Unix shell")
class WritingAPluginIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/writing-a-plugin.md");
    private static final Pattern BLOCK =
            Pattern.compile("(?:^\\*\\*`([^`]+)`\\*\\*\\n\\n)?^```(\\w*)\\n(.*?)^```$", flags());

    private static int flags() {
        return Pattern.MULTILINE | Pattern.DOTALL;
    }

    @TempDir private Path temporary;
    private Path project;

    @BeforeEach
    void prepare() throws IOException {
        project = Files.createDirectory(temporary.resolve("isrlu"));
        Path published = Files.createDirectory(temporary.resolve("published"));
        publish(published, "evengrad-parent", ROOT);
        publish(published, "evengrad-core", ROOT.resolve("core"));
        publish(published, "evengrad-spi", ROOT.resolve("core/spi"));
        publish(published, "evengrad-config", ROOT.resolve("core/config"));
        publish(published, "evengrad-testkit", ROOT.resolve("core/testkit"));
        Path settings =
                Files.writeString(
                        temporary.resolve("settings.xml"),
                        SETTINGS.replace("PUBLISHED", published.toUri().toString())
                                .replace("DOWNLOADED", localRepository().toUri().toString()));
        Path maven =
                Files.writeString(
                        Files.createDirectory(temporary.resolve("bin")).resolve("mvn"),
                        MAVEN.replace("MAVEN", maven().toString())
                                .replace("SETTINGS", settings.toString())
                                .replace("REPOSITORY", temporary.resolve("repository").toString()));
        assertTrue(maven.toFile().setExecutable(true));
    }

    /**
     * The folder of the downloads serves as a repository: its layout is that of a published one.
     */
    private static final String SETTINGS =
            """
            <settings>
              <mirrors>
                <mirror>
                  <id>downloaded</id>
                  <mirrorOf>*,!published</mirrorOf>
                  <url>DOWNLOADED</url>
                </mirror>
              </mirrors>
              <profiles>
                <profile>
                  <id>published</id>
                  <repositories>
                    <repository>
                      <id>published</id>
                      <url>PUBLISHED</url>
                      <releases><checksumPolicy>ignore</checksumPolicy></releases>
                      <snapshots><checksumPolicy>ignore</checksumPolicy></snapshots>
                    </repository>
                  </repositories>
                </profile>
              </profiles>
              <activeProfiles>
                <activeProfile>published</activeProfile>
              </activeProfiles>
            </settings>
            """;

    private static final String MAVEN =
            """
            #!/bin/sh
            exec "MAVEN" -B -ntp -s "SETTINGS" -gs "SETTINGS" "-Dmaven.repo.local=REPOSITORY" "$@"
            """;

    @Test
    void everyStepOfThePageWorks() throws Exception {
        String printed = "";
        List<String> files = new ArrayList<>();
        int commands = 0;
        int samples = 0;
        Matcher block = BLOCK.matcher(Files.readString(PAGE).replace("\r\n", "\n"));
        while (block.find()) {
            String name = block.group(1);
            String language = block.group(2);
            String text = block.group(3);
            if (name != null) {
                Path file = project.resolve(name);
                Files.createDirectories(file.getParent());
                Files.writeString(file, text);
                files.add(name);
            } else if (language.equals("sh")) {
                printed = run(text);
                commands++;
            } else if (language.equals("text")) {
                for (String line : text.lines().map(WritingAPluginIT::words).toList()) {
                    assertTrue(
                            printed.lines().map(WritingAPluginIT::words).anyMatch(line::equals),
                            "the page shows '" + line + "', and the commands print\n" + printed);
                    samples++;
                }
            } else {
                fail("neither a file with a name, nor sh, nor text:\n" + text);
            }
        }

        assertEquals(
                List.of(
                        "pom.xml",
                        "src/main/java/org/example/isrlu/Isrlu.java",
                        "src/test/java/org/example/isrlu/IsrluTest.java",
                        "isrlu.conf"),
                files);
        assertEquals(3, commands, "mvn verify, installing and training");
        assertTrue(samples > 0, "the page shows nothing that is printed");
        theContractRan();
        theRunNamesTheJar();
    }

    private void theContractRan() throws Exception {
        Path report =
                project.resolve("target/surefire-reports/TEST-org.example.isrlu.IsrluTest.xml");
        Element suite =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(report.toFile())
                        .getDocumentElement();
        assertTrue(Integer.parseInt(suite.getAttribute("tests")) > 0, "no test ran");
        for (String none : List.of("failures", "errors", "skipped")) {
            assertEquals("0", suite.getAttribute(none), none);
        }
    }

    private void theRunNamesTheJar() throws IOException {
        HashedJar jar = HashedJar.of(project.resolve("plugins/isrlu-1.0.0.jar"));
        JsonNode manifest =
                new ObjectMapper()
                        .readTree(project.resolve("runs/isrlu-001/manifest.json").toFile());
        List<JsonNode> uses = new ArrayList<>();
        manifest.path("strategies").forEach(uses::add);
        assertTrue(
                uses.stream()
                        .anyMatch(
                                use ->
                                        use.path("name").asText().equals("isrlu")
                                                && use.path("jar").asText().equals(jar.fileName())
                                                && use.path("sha256")
                                                        .asText()
                                                        .equals(jar.sha256())),
                manifest.toString());
    }

    /** As a person reads it, however wide its columns are. */
    private static String words(String line) {
        return line.strip().replaceAll(" +", " ");
    }

    /** Puts a module's pom, and its jar if it has one, where a repository holds them. */
    private static void publish(Path repository, String artifact, Path module) throws IOException {
        String version = property("evengrad.test.version");
        Path folder =
                Files.createDirectories(
                        repository.resolve("org/evengrad").resolve(artifact).resolve(version));
        String name = artifact + "-" + version;
        Files.copy(module.resolve("pom.xml"), folder.resolve(name + ".pom"));
        Path jar = module.resolve("target").resolve(name + ".jar");
        if (Files.isDirectory(module.resolve("src"))) {
            assertTrue(Files.exists(jar), () -> jar + " is not built: run mvn verify");
            Files.copy(jar, folder.resolve(jar.getFileName()));
        }
    }

    private String run(String commands) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-e", "-c", commands);
        builder.directory(project.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        List.of("MAVEN_ARGS", "MAVEN_BASEDIR", "MAVEN_CONFIG", "EVENGRAD_OPTS", "JAVA_TOOL_OPTIONS")
                .forEach(environment::remove);
        environment.put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put(
                "PATH",
                Stream.of(temporary.resolve("bin"), Path.of("target/evengrad/bin").toAbsolutePath())
                                .map(folder -> folder + File.pathSeparator)
                                .reduce("", String::concat)
                        + environment.get("PATH"));
        Path output = temporary.resolve("output.txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        process.getOutputStream().close();
        int exitCode = process.waitFor();
        String printed = Files.readString(output);
        assertEquals(0, exitCode, () -> commands + "\nended with\n" + printed);
        return printed;
    }

    /** The Maven that runs the build; the one on the path where the test runs without it. */
    private static Path maven() {
        String home = System.getProperty("evengrad.test.maven", "");
        return home.isEmpty() ? Path.of("mvn") : Path.of(home, "bin", "mvn");
    }

    private static Path localRepository() {
        return Path.of(property("evengrad.test.localRepository"));
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        assertNotNull(value, name + " is not set: this test runs in mvn verify");
        return value;
    }
}
