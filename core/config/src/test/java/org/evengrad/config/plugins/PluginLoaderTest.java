package org.evengrad.config.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLoaderTest {
    @TempDir Path temporary;
    private Path plugins;

    @BeforeEach
    void makeFolder() throws Exception {
        plugins = Files.createDirectories(temporary.resolve("plugins")).toRealPath();
    }

    private StrategyRegistry load() {
        return PluginLoader.load(getClass().getClassLoader(), List.of(plugins), List.of());
    }

    private static List<String> names(StrategyRegistry registry) {
        return registry.all().stream().map(StrategyType::name).toList();
    }

    /** What was reported, with the folder of plugins left out. */
    private String problems(StrategyRegistry registry) {
        return registry.problems().stream()
                .map(problem -> problem.toString().replace(plugins + File.separator, ""))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void findsAStrategyInAJar() throws Exception {
        Path jar = new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        StrategyRegistry registry = load();
        assertEquals("", problems(registry));
        StrategyType lion = registry.require(Kind.OPTIMIZER, "lion");
        assertEquals(jar, lion.origin().jar());
        assertEquals("example.Lion[learningRate=0.5]", describe(lion, 0.5));
        assertNotSame(getClass().getClassLoader(), lion.type().getClassLoader());
    }

    private static String describe(StrategyType type, double rate) {
        Record strategy = type.create(Map.of("learning-rate", rate));
        return type.type().getPackageName() + "." + strategy;
    }

    @Test
    void reportsATruncatedJarAndKeepsTheOthers() throws Exception {
        new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        byte[] whole = Files.readAllBytes(plugins.resolve("lion.jar"));
        Files.write(plugins.resolve("broken.jar"), Arrays.copyOf(whole, whole.length * 2 / 3));
        Files.createFile(plugins.resolve("empty.jar"));
        StrategyRegistry registry = load();
        assertEquals(List.of("lion"), names(registry));
        assertEquals(2, registry.problems().size());
        assertTrue(problems(registry).startsWith("broken.jar: cannot be read as a jar: "));
        assertTrue(problems(registry).contains("\nempty.jar: cannot be read as a jar: "));
    }

    @Test
    void refusesANameThatTwoJarsHave() throws Exception {
        new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        new PluginJar().optimizer("Tiger", "lion").write(plugins.resolve("tiger.jar"));
        new PluginJar().optimizer("Puma", "puma").write(plugins.resolve("puma.jar"));
        StrategyRegistry registry = load();
        assertEquals(List.of("puma"), names(registry));
        String message =
                "optimizer 'lion' is in lion.jar and in tiger.jar; none of them is used. Keep one"
                        + " and remove the others";
        assertEquals(message, problems(registry).replace(plugins + File.separator, ""));
        InvalidInputException refusal =
                assertThrows(
                        InvalidInputException.class,
                        () -> registry.require(Kind.OPTIMIZER, "lion"));
        assertEquals(message, refusal.getMessage().replace(plugins + File.separator, ""));
    }

    @Test
    void takesACopyOfAJarForADuplicate() throws Exception {
        Path jar = new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        Files.copy(jar, plugins.resolve("copy.jar"));
        StrategyRegistry registry = load();
        assertEquals(List.of(), names(registry));
        assertTrue(
                problems(registry).startsWith("optimizer 'lion' is in copy.jar and in lion.jar;"));
    }

    @Test
    void readsAFolderThatIsGivenTwiceOnce() throws Exception {
        new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        Path sameFolder = plugins.resolve("../plugins");
        StrategyRegistry registry =
                PluginLoader.load(
                        getClass().getClassLoader(), List.of(plugins, sameFolder), List.of());
        assertEquals(List.of("lion"), names(registry));
        assertEquals("", problems(registry));
    }

    @Test
    void reportsAServiceThatNamesAMissingClass() throws Exception {
        new PluginJar()
                .optimizer("Lion", "lion")
                .service("Optimizer", "example.Gone", "example.Lion")
                .write(plugins.resolve("half.jar"));
        StrategyRegistry registry = load();
        assertEquals(List.of("lion"), names(registry));
        assertEquals(
                "half.jar: names the class example.Gone, which is not there", problems(registry));
    }

    @Test
    void reportsAnInvalidStrategyInOneLine() throws Exception {
        String source =
                PluginJar.optimizerSource("Lion", "Lion!", "")
                        .replace("@Option(help = \"Rate\", range = \"(0, inf)\") ", "");
        new PluginJar()
                .source("example.Lion", source)
                .service("Optimizer", "example.Lion")
                .write(plugins.resolve("lion.jar"));
        assertEquals(
                "lion.jar: example.Lion is not a valid strategy: has the name 'Lion!', which is not"
                        + " kebab-case; component learningRate has no @Option",
                problems(load()));
    }

    @Test
    void reportsAnAnnotationThatLacksAValue() throws Exception {
        // As a plugin built against another version of the SPI: its annotation has no summary.
        String otherStrategy =
                """
                package org.evengrad.spi;
                import java.lang.annotation.*;
                @Retention(RetentionPolicy.RUNTIME)
                public @interface Strategy {
                    String name();
                    String formula();
                    String useWhen();
                    String avoidWhen();
                    String reference();
                    String since();
                }
                """;
        String lion =
                PluginJar.optimizerSource("Lion", "lion", "")
                        .replace("summary = \"Test\", ", "")
                        .replace("@Strategy", "@org.evengrad.spi.Strategy");
        Path jar =
                new PluginJar()
                        .source("org.evengrad.spi.Strategy", otherStrategy)
                        .source("example.Lion", lion)
                        .service("Optimizer", "example.Lion")
                        .write(plugins.resolve("lion.jar"));
        StrategyRegistry registry = load();
        assertEquals(List.of(), names(registry));
        assertEquals(1, registry.problems().size());
        assertEquals(jar.toString(), registry.problems().get(0).file());
        assertTrue(problems(registry).contains("IncompleteAnnotationException"));
    }

    @Test
    void reportsAClassThatIsNotWhatItsServiceSays() throws Exception {
        new PluginJar()
                .source("example.Lion", PluginJar.optimizerSource("Lion", "lion", ""))
                .service("Scheduler", "example.Lion")
                .write(plugins.resolve("lion.jar"));
        assertEquals(
                "lion.jar: example.Lion is named as Scheduler and does not implement it",
                problems(load()));
    }

    @Test
    void reportsAJarWithoutStrategies() throws Exception {
        new PluginJar()
                .source("example.Text", "package example; public class Text {}")
                .write(plugins.resolve("text.jar"));
        assertEquals(
                "text.jar: holds no strategy: META-INF/services/ names no provider of Initializer,"
                        + " Activation, Optimizer, Scheduler, GradientGuard",
                problems(load()));
    }

    private Path library() throws Exception {
        return new PluginJar()
                .source(
                        "library.Rate",
                        "package library; public class Rate { public static double get() { return"
                                + " 0.125; } }")
                .write(temporary.resolve("library.jar"));
    }

    private PluginJar pluginWithLibrary(Path library) {
        String source =
                PluginJar.optimizerSource("Lion", "lion", "")
                        .replace("this(0.25)", "this(library.Rate.get())");
        return new PluginJar()
                .library(library)
                .source("example.Lion", source)
                .service("Optimizer", "example.Lion");
    }

    @Test
    void loadsAFolderWithItsLibraries() throws Exception {
        Path library = library();
        Path folder = plugins.resolve("lion");
        Path jar = pluginWithLibrary(library).write(folder.resolve("lion.jar"));
        Files.createDirectories(folder.resolve("lib"));
        Files.copy(library, folder.resolve("lib/library.jar"));
        Files.createDirectories(plugins.resolve("no-plugin"));
        StrategyRegistry registry = load();
        assertEquals("", problems(registry));
        StrategyType lion = registry.require(Kind.OPTIMIZER, "lion");
        assertEquals(0.125, lion.options().get(0).defaultValue());
        assertEquals(jar, lion.origin().jar());
    }

    @Test
    void reportsAMissingLibrary() throws Exception {
        pluginWithLibrary(library()).write(plugins.resolve("lion.jar"));
        String problems = problems(load());
        assertEquals(
                "lion.jar: example.Lion cannot be loaded: java.lang.NoClassDefFoundError:"
                        + " library/Rate. If a library is missing, put the plugin and its libraries"
                        + " into one folder inside the folder of plugins",
                problems);
    }

    private static StrategyRegistry loadClassPath(Path... jars) throws Exception {
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            urls[i] = jars[i].toUri().toURL();
        }
        ClassLoader parent = new URLClassLoader(urls, PluginLoaderTest.class.getClassLoader());
        return PluginLoader.load(parent, List.of(), List.of());
    }

    @Test
    void findsAStrategyOnTheClassPath() throws Exception {
        Path jar = new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        StrategyType lion = loadClassPath(jar).require(Kind.OPTIMIZER, "lion");
        assertNull(lion.origin().jar());
        assertEquals(jar.toString(), lion.origin().description());
    }

    @Test
    void seesThatTheClassPathNamesAClassTwice() throws Exception {
        Path jar = new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        Path copy = Files.copy(jar, plugins.resolve("zoo.jar"));
        StrategyRegistry registry = loadClassPath(jar, copy);
        assertEquals(List.of(), names(registry));
        assertTrue(
                problems(registry).startsWith("optimizer 'lion' is in lion.jar and in zoo.jar;"),
                problems(registry));
    }

    @Test
    void reportsABrokenProviderOnTheClassPath() throws Exception {
        Path broken =
                new PluginJar()
                        .service("Optimizer", "example.Gone")
                        .write(plugins.resolve("broken.jar"));
        Path lion = new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        StrategyRegistry registry = loadClassPath(broken, lion);
        assertEquals(List.of("lion"), names(registry));
        assertEquals(
                "broken.jar: names the class example.Gone, which is not there", problems(registry));
    }

    @Test
    void aStrategyOfTheClassPathInAFolderTooIsADuplicate() throws Exception {
        Path jar = new PluginJar().optimizer("Lion", "lion").write(temporary.resolve("app.jar"));
        Files.copy(jar, plugins.resolve("lion.jar"));
        ClassLoader parent =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader());
        StrategyRegistry registry = PluginLoader.load(parent, List.of(plugins), List.of());
        assertEquals(List.of(), names(registry));
        assertTrue(problems(registry).endsWith("Keep one and remove the others"));
    }

    @Test
    void takesBoundStrategiesWithoutAJar() {
        StrategyRegistry registry =
                PluginLoader.load(
                        getClass().getClassLoader(),
                        List.of(),
                        List.of(new Samples.Adam(0.5, 0, 0), new Samples.Adam()));
        StrategyType adam = registry.require(Kind.OPTIMIZER, "adam");
        assertEquals(new Samples.Adam(), adam.defaults());
        assertEquals("bound by the application", adam.origin().description());
        assertEquals(adam, registry.typeOf(new Samples.Adam(1, 0, 0)));
    }

    @Test
    void refusesABoundRecordThatIsNoStrategy() {
        assertThrows(
                InvalidInputException.class,
                () ->
                        PluginLoader.load(
                                getClass().getClassLoader(),
                                List.of(),
                                List.of(Problem.of("not a strategy"))));
    }

    @Test
    void refusesAFolderThatDoesNotExist() {
        List<Path> folders = List.of(Path.of("no-such-folder"), plugins);
        InvalidInputException refusal =
                assertThrows(
                        InvalidInputException.class,
                        () -> PluginLoader.load(getClass().getClassLoader(), folders, List.of()));
        assertEquals("no-such-folder: there is no such folder of plugins", refusal.getMessage());
    }

    @Test
    void saysWhatToDoAboutAMissingStrategy() throws Exception {
        new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        new PluginJar().optimizer("Puma", "puma").write(plugins.resolve("puma.jar"));
        Files.writeString(plugins.resolve("broken.jar"), "no jar");
        StrategyRegistry registry = load();
        assertEquals(
                "no optimizer 'lian' is installed. Did you mean lion? Installed optimizers: lion,"
                        + " puma. For another, add the jar that holds it to plugins/ or pass"
                        + " --plugins DIR. Not everything could be loaded from broken.jar",
                registry.missing(Kind.OPTIMIZER, "lian").replace(plugins + File.separator, ""));
        assertEquals(
                "no guard 'lion' is installed. (There is optimizer 'lion'.) Installed guards: none."
                    + " For another, add the jar that holds it to plugins/ or pass --plugins DIR."
                    + " Not everything could be loaded from broken.jar",
                registry.missing(Kind.GUARD, "lion").replace(plugins + File.separator, ""));
    }

    @Test
    void namesEveryJarThatItOpenedLibrariesToo() throws Exception {
        Path lion = new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        Path tiger =
                new PluginJar().optimizer("Tiger", "tiger").write(plugins.resolve("big/tiger.jar"));
        Path library =
                new PluginJar()
                        .source("example.Library", "package example; public class Library {}")
                        .write(plugins.resolve("big/lib/library.jar"));

        assertEquals(List.of(library, tiger, lion), load().jars());
    }

    @Test
    void saysWhatAConfigurationUsesAndFromWhichJar() throws Exception {
        Path jar = new PluginJar().optimizer("Lion", "lion").write(plugins.resolve("lion.jar"));
        new PluginJar().optimizer("Tiger", "tiger").write(plugins.resolve("tiger.jar"));
        StrategyRegistry registry = load();
        Record lion = registry.require(Kind.OPTIMIZER, "lion").defaults();
        String sha256 = HashedJar.of(jar).sha256();

        Provenance provenance =
                registry.provenance(
                        new Configuration(
                                List.of(Optional.of(new Inner(lion))), new Samples.Relu(), "text"));

        assertEquals(
                List.of(
                        new Provenance.Use(Kind.OPTIMIZER, "lion", "lion.jar", sha256),
                        new Provenance.Use(Kind.ACTIVATION, "relu", null, null)),
                provenance.strategies());
        assertEquals(
                List.of("lion.jar", "tiger.jar"),
                provenance.jars().stream().map(HashedJar::fileName).toList());
    }

    /** Strategies at some depth. */
    public record Configuration(List<Optional<Inner>> inner, Samples.Relu relu, String text) {}

    /** Holds a strategy. */
    public record Inner(Record strategy) {}

    @Test
    void namesTheJarOfAStrategyThatWasThereBefore() {
        StrategyRegistry registry =
                load().remembering(
                                List.of(
                                        new Provenance.Use(Kind.OPTIMIZER, "lion", "l.jar", "ab12"),
                                        new Provenance.Use(Kind.GUARD, "tame", null, null)));

        assertEquals(
                "no optimizer 'lion' is installed; it was in l.jar (SHA-256 ab12). Add that jar to"
                        + " plugins/ or pass --plugins DIR",
                registry.missing(Kind.OPTIMIZER, "lion"));
        assertTrue(registry.missing(Kind.OPTIMIZER, "tiger").contains("Installed optimizers"));
        assertTrue(registry.missing(Kind.GUARD, "tame").contains("Installed guards"));
    }
}
