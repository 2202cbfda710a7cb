package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.PluginLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every strategy is a small module of the same shape, listed wherever it has to be. */
class PluginFoldersTest {
    private static final Path PLUGINS = Path.of("../plugins");
    private static final int LONGEST_POM = 7;
    private static final Pattern NAME = Pattern.compile("@Strategy\\(\\s*name = \"([^\"]+)\"");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z0-9.]+);");

    /** The folder of a strategy: {@code optimizers/adam}. */
    record Leaf(String kind, String name) {
        Path folder() {
            return PLUGINS.resolve(kind).resolve(name);
        }

        String artifact() {
            return "<artifactId>evengrad-" + kind + "-" + name + "</artifactId>";
        }

        @Override
        public String toString() {
            return kind + "/" + name;
        }
    }

    static List<Leaf> leaves() throws IOException {
        List<Leaf> leaves = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            try (Stream<Path> folders = Files.list(PLUGINS.resolve(kind.folder()))) {
                folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                        .map(folder -> new Leaf(kind.folder(), folder.getFileName().toString()))
                        .sorted((a, b) -> a.name().compareTo(b.name()))
                        .forEach(leaves::add);
            }
        }
        return leaves;
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void hasAShortPomThatNamesItsArtifact(Leaf leaf) throws IOException {
        String pom = Files.readString(leaf.folder().resolve("pom.xml"));

        assertTrue(pom.lines().count() <= LONGEST_POM, pom);
        assertTrue(pom.contains(leaf.artifact()), pom);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void hasOneRecordOfItsNameInItsPackage(Leaf leaf) throws IOException {
        List<Path> sources = javaFiles(leaf.folder().resolve("src/main/java"));

        assertEquals(1, sources.size(), sources.toString());
        String source = Files.readString(sources.get(0));
        assertTrue(source.contains("\npublic record "), source);
        assertEquals(leaf.name(), first(NAME, source));
        assertEquals(
                "org.evengrad." + leaf.kind() + "." + leaf.name().replace("-", ""),
                first(PACKAGE, source));
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void hasOneTest(Leaf leaf) throws IOException {
        List<Path> tests = javaFiles(leaf.folder().resolve("src/test/java"));

        assertEquals(1, tests.size(), tests.toString());
        assertTrue(tests.get(0).toString().endsWith("Test.java"), tests.toString());
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void isBuiltAndBundled(Leaf leaf) throws IOException {
        String modules = Files.readString(PLUGINS.resolve("pom.xml"));
        String bundle = Files.readString(PLUGINS.resolve("all/pom.xml"));

        assertTrue(modules.contains("<module>" + leaf + "</module>"), "plugins/pom.xml lacks it");
        assertTrue(bundle.contains(leaf.artifact()), "plugins/all/pom.xml lacks it");
    }

    @Test
    void whatIsInstalledIsWhatHasAFolder() throws IOException {
        Set<String> folders = new TreeSet<>();
        leaves().forEach(leaf -> folders.add(leaf.toString()));
        Set<String> installed = new TreeSet<>();
        PluginLoader.load(getClass().getClassLoader(), List.of(), List.of())
                .all()
                .forEach(type -> installed.add(type.kind().folder() + "/" + type.name()));

        assertEquals(folders, installed);
    }

    @Test
    void theDistributionTakesEveryKind() throws IOException {
        String assembly = Files.readString(Path.of("src/main/assembly/distribution.xml"));

        Arrays.stream(Kind.values())
                .map(kind -> ":evengrad-" + kind.folder() + "-*</include>")
                .forEach(pattern -> assertTrue(assembly.contains(pattern), pattern));
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "nothing that matches " + pattern;
    }
}
