package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every strategy is a small module of the same shape, under contract, and listed wherever it has to
 * be. A new one takes its folder and two lines: one in plugins/pom.xml and one in
 * plugins/all/pom.xml. The page of the documentation is generated.
 */
class AllPluginsTest {
    private static final Path PLUGINS = Path.of("../plugins");
    private static final int LONGEST_POM = 7;
    private static final Pattern NAME = Pattern.compile("@Strategy\\(\\s*name = \"([^\"]+)\"");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z0-9.]+);");
    private static final Pattern RECORD = Pattern.compile("(?m)^public record (\\w+)");
    private static final Pattern CONTRACT =
            Pattern.compile("class (\\w+)\\s+implements (\\w+)<(\\w+)>");
    private static final Pattern MODULE = Pattern.compile("<module>([a-z]+/[a-z0-9-]+)</module>");
    private static final Pattern BUNDLED =
            Pattern.compile("<artifactId>evengrad-([a-z]+)-([a-z0-9-]+)</artifactId>");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9-]+)`");

    /** The folder of a strategy: {@code optimizers/adam}. */
    record Leaf(Kind kind, String name) {
        Path folder() {
            return PLUGINS.resolve(kind.folder()).resolve(name);
        }

        String artifact() {
            return "evengrad-" + kind.folder() + "-" + name;
        }

        @Override
        public String toString() {
            return kind.folder() + "/" + name;
        }
    }

    static List<Leaf> leaves() throws IOException {
        List<Leaf> leaves = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            try (Stream<Path> folders = Files.list(PLUGINS.resolve(kind.folder()))) {
                folders.filter(Files::isDirectory)
                        .map(folder -> new Leaf(kind, folder.getFileName().toString()))
                        .sorted(Comparator.comparing(Leaf::name))
                        .forEach(leaves::add);
            }
        }
        return leaves;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void thereAreStrategiesOfEveryKind(Kind kind) throws IOException {
        assertTrue(leaves().stream().anyMatch(leaf -> leaf.kind() == kind));
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void hasAShortPomThatNamesItsArtifact(Leaf leaf) throws IOException {
        Path file = leaf.folder().resolve("pom.xml");
        assertTrue(Files.exists(file), () -> "there is no " + file);
        String pom = Files.readString(file);

        assertTrue(pom.lines().count() <= LONGEST_POM, () -> file + " is long:\n" + pom);
        String artifact = "<artifactId>" + leaf.artifact() + "</artifactId>";
        assertTrue(pom.contains(artifact), () -> file + " lacks " + artifact);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void isOneRecordOfTheFoldersNameInItsPackage(Leaf leaf) throws IOException {
        Path file = onlyJavaFile(leaf.folder().resolve("src/main/java"));
        String source = Files.readString(file);

        assertEquals(leaf.name(), first(NAME, 1, source), () -> "the strategy's name in " + file);
        assertEquals(
                "org.evengrad." + leaf.kind().folder() + "." + leaf.name().replace("-", ""),
                first(PACKAGE, 1, source),
                () -> "the package of " + file);
        assertEquals(
                file.getFileName().toString(),
                first(RECORD, 1, source) + ".java",
                () -> "the public record of " + file);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void hasATestThatImplementsTheContractOfItsKind(Leaf leaf) throws Exception {
        Path file = onlyJavaFile(leaf.folder().resolve("src/test/java"));
        String source = Files.readString(file);
        String record =
                first(RECORD, 1, Files.readString(onlyJavaFile(leaf.folder().resolve("src/main"))));

        assertEquals(record + "Test", first(CONTRACT, 1, source), () -> "the class of " + file);
        assertEquals(record, first(CONTRACT, 3, source), () -> "what is tested in " + file);
        String contract = "org.evengrad.testkit." + first(CONTRACT, 2, source);
        assertTrue(
                contractOf(leaf.kind()).isAssignableFrom(Class.forName(contract)),
                () -> file + " implements " + contract + ", no contract of a " + leaf.kind());
    }

    private static Class<?> contractOf(Kind kind) throws ClassNotFoundException {
        String word = kind.singular();
        return Class.forName(
                "org.evengrad.testkit."
                        + word.substring(0, 1).toUpperCase(Locale.ROOT)
                        + word.substring(1)
                        + "Contract");
    }

    @Test
    void everyFolderIsBuilt() throws IOException {
        String modules = Files.readString(PLUGINS.resolve("pom.xml"));

        assertListed(
                found(MODULE, modules, matcher -> matcher.group(1)),
                "plugins/pom.xml",
                leaf -> "<module>" + leaf + "</module>");
    }

    @Test
    void everyFolderIsInTheBundleAndSoInTheDistribution() throws IOException {
        String bundle = Files.readString(PLUGINS.resolve("all/pom.xml"));

        assertListed(
                found(BUNDLED, bundle, matcher -> matcher.group(1) + "/" + matcher.group(2)),
                "plugins/all/pom.xml",
                leaf ->
                        "<dependency><groupId>org.evengrad</groupId><artifactId>evengrad-"
                                + leaf.replace('/', '-')
                                + "</artifactId><version>${project.version}</version></dependency>");
    }

    @Test
    void everyFolderIsOnThePageOfTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("../docs/strategies.md"));
        Set<String> rows = new TreeSet<>();
        for (Kind kind : Kind.values()) {
            String title = "(?i)^## " + kind.folder() + "$";
            String section = page.split("(?m)" + title, 2)[1].split("(?m)^## ", 2)[0];
            rows.addAll(found(ROW, section, matcher -> kind.folder() + "/" + matcher.group(1)));
        }

        assertListed(
                rows,
                "docs/strategies.md",
                leaf -> leaf + "; ./evengrad strategies --format markdown > docs/strategies.md");
    }

    @Test
    void everyFolderIsInstalledAndNothingElse() throws IOException {
        StrategyRegistry registry =
                PluginLoader.load(getClass().getClassLoader(), List.of(), List.of());

        assertEquals(List.of(), registry.problems());
        assertListed(
                registry.all().stream()
                        .map(type -> type.kind().folder() + "/" + type.name())
                        .collect(Collectors.toCollection(TreeSet::new)),
                "the class path",
                leaf -> leaf + ": it is not built, or no service file names it");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theDistributionTakesEveryKind(Kind kind) throws IOException {
        String assembly = Files.readString(Path.of("src/main/assembly/distribution.xml"));

        String pattern = ":evengrad-" + kind.folder() + "-*</include>";
        assertTrue(assembly.contains(pattern), () -> "distribution.xml lacks " + pattern);
    }

    /** Says which folder a list lacks, and which line of the list has no folder. */
    private static void assertListed(
            Set<String> listed, String place, Function<String, String> line) throws IOException {
        Set<String> folders =
                leaves().stream()
                        .map(Leaf::toString)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertFalse(folders.isEmpty(), "there are no plugins");
        Set<String> missing = new TreeSet<>(folders);
        missing.removeAll(listed);
        Set<String> extra = new TreeSet<>(listed);
        extra.removeAll(folders);
        assertTrue(
                missing.isEmpty() && extra.isEmpty(),
                () ->
                        Stream.concat(
                                        missing.stream()
                                                .map(leaf -> place + " lacks " + line.apply(leaf)),
                                        extra.stream()
                                                .map(
                                                        leaf ->
                                                                place
                                                                        + " has "
                                                                        + leaf
                                                                        + ", and there is no folder"
                                                                        + " plugins/"
                                                                        + leaf))
                                .collect(Collectors.joining("\n")));
    }

    private static Set<String> found(Pattern pattern, String text, Function<Matcher, String> name) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(name.apply(matcher));
        }
        return names;
    }

    private static Path onlyJavaFile(Path folder) throws IOException {
        assertTrue(Files.isDirectory(folder), () -> "there is no " + folder);
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
            assertEquals(1, java.size(), () -> "one file in " + folder + ", not " + java);
            return java.get(0);
        }
    }

    private static String first(Pattern pattern, int group, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(group) : "nothing that matches " + pattern;
    }
}
