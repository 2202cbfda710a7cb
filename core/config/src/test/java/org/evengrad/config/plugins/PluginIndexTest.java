package org.evengrad.config.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginIndexTest {
    private static final String RULES = "rules-1";

    @TempDir static Path built;
    private static Path cats;
    private static Path bear;

    @TempDir Path temporary;
    private Path plugins;
    private Path file;

    @BeforeAll
    static void buildJars() throws Exception {
        cats =
                new PluginJar()
                        .source("example.Lion", PluginJar.optimizerSource("Lion", "lion", ""))
                        .source("example.Tiger", PluginJar.optimizerSource("Tiger", "tiger", ""))
                        .service("Optimizer", "example.Lion", "example.Tiger")
                        .write(built.resolve("cats.jar"));
        bear = new PluginJar().optimizer("Bear", "bear").write(built.resolve("bear.jar"));
    }

    @BeforeEach
    void makeFolder() throws Exception {
        plugins = Files.createDirectories(temporary.resolve("plugins")).toRealPath();
        file = temporary.resolve("cache").resolve("plugins.index");
    }

    /** Loads as a process does that starts now. */
    private StrategyRegistry start() {
        return start(PluginLock.NONE, PluginIndex.at(file, RULES));
    }

    private StrategyRegistry start(PluginLock lock, PluginIndex index) {
        return PluginLoader.load(
                getClass().getClassLoader(), List.of(plugins), List.of(), lock, index);
    }

    private static List<String> names(StrategyRegistry registry) {
        return registry.all().stream().map(StrategyType::name).toList();
    }

    private static String problems(StrategyRegistry registry) {
        return registry.problems().stream()
                .map(Problem::toString)
                .collect(Collectors.joining("\n"));
    }

    private Path install(Path jar) throws Exception {
        return Files.copy(jar, plugins.resolve(jar.getFileName()));
    }

    @Test
    void opensAKnownJarWhenOneOfItsStrategiesIsAskedFor() throws Exception {
        Path jar = install(cats);
        start();
        StrategyRegistry second = start();
        StrategyRegistry third = start();

        StrategyType lion = second.require(Kind.OPTIMIZER, "lion");
        assertEquals(jar, lion.origin().jar());
        assertEquals("Lion[learningRate=0.25]", lion.defaults().toString());
        assertEquals(List.of("lion", "tiger"), names(second));
        assertEquals(
                lion.type().getClassLoader(),
                second.require(Kind.OPTIMIZER, "tiger").type().getClassLoader());
        assertEquals(lion, second.typeOf(lion.defaults()));

        Files.delete(jar);
        assertEquals("", problems(third));
        InvalidInputException gone =
                assertThrows(
                        InvalidInputException.class, () -> third.require(Kind.OPTIMIZER, "lion"));
        assertEquals(
                jar + ": names the class example.Lion, which is not there",
                gone.problems().get(0).toString());
    }

    @Test
    void looksAgainAtAJarThatWasReplacedByOneOfTheSameNameSizeAndTime() throws Exception {
        Path jar = install(bear);
        FileTime time = Files.getLastModifiedTime(jar);
        start();
        byte[] replaced = Files.readAllBytes(jar);
        replaced[replaced.length / 2] ^= 1;
        Files.write(jar, replaced);
        Files.setLastModifiedTime(jar, time);

        assertEquals(HashedJar.of(jar), start().provenance().jars().get(0));
        assertFalse(Files.readString(file).isEmpty());
        Files.copy(cats, jar, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(jar, time);
        assertEquals(List.of("lion", "tiger"), names(start()));
    }

    @Test
    void forgetsAJarThatWasRemovedAndFindsOneThatWasAdded() throws Exception {
        Path jar = install(bear);
        start();
        Files.delete(jar);
        install(cats);

        assertEquals(List.of("lion", "tiger"), names(start()));
        assertEquals(List.of("lion", "tiger"), names(start()));
    }

    @Test
    void reportsWhatIsWrongWithAJarAtEachStart() throws Exception {
        Files.writeString(plugins.resolve("broken.jar"), "no zip");
        new PluginJar().service("Optimizer", "example.Absent").write(plugins.resolve("absent.jar"));
        install(bear);

        StrategyRegistry first = start();
        assertEquals(2, first.problems().size(), problems(first));
        StrategyRegistry second = start();
        assertEquals(problems(first), problems(second));
        assertEquals(List.of("bear"), names(second));
    }

    @Test
    void reportsANameThatTwoKnownJarsHave() throws Exception {
        install(bear);
        Files.copy(bear, plugins.resolve("brown-bear.jar"));

        StrategyRegistry first = start();
        assertTrue(problems(first).contains("none of them is used"), problems(first));
        StrategyRegistry second = start();
        assertEquals(problems(first), problems(second));
        assertEquals(first.missing(Kind.OPTIMIZER, "bear"), second.missing(Kind.OPTIMIZER, "bear"));
    }

    @Test
    void keepsWhatAPluginWithLibrariesHoldsToItself() throws Exception {
        Files.createDirectories(plugins.resolve("zoo"));
        Files.copy(bear, plugins.resolve("zoo").resolve("bear.jar"));
        Files.copy(cats, plugins.resolve("zoo").resolve("cats.jar"));

        assertEquals(List.of("bear", "lion", "tiger"), names(start()));
        assertFalse(Files.exists(file));
        assertEquals(List.of("bear", "lion", "tiger"), names(start()));
    }

    @Test
    void looksIntoAllJarsWhenItIsDamaged() throws Exception {
        install(cats);
        damagedBy(text -> "");
        damagedBy(text -> "\n");
        damagedBy(text -> text.substring(0, text.length() / 2));
        damagedBy(text -> text.replace(" lion ", " lyon "));
        damagedBy(text -> text.replaceFirst("(?m)^.* tiger .*\n", ""));
        damagedBy(text -> text.replaceFirst("(?s)\n.*", "\n"));
    }

    private void damagedBy(UnaryOperator<String> damage) throws Exception {
        Files.deleteIfExists(file);
        start();
        String whole = Files.readString(file);
        Files.writeString(file, damage.apply(whole));

        assertEquals(List.of("lion", "tiger"), names(start()));
        assertEquals(whole, Files.readString(file), "it is repaired");
    }

    @Test
    void looksIntoAllJarsWhenTheRulesAreOthers() throws Exception {
        install(cats);
        start();

        start(PluginLock.NONE, PluginIndex.at(file, "rules-2"));

        assertTrue(Files.readString(file).contains("rules-2"));
        assertFalse(Files.readString(file).contains(RULES));
    }

    @Test
    void doesWithoutAFileWhereNoneCanBeWritten() throws Exception {
        install(bear);
        Files.createFile(temporary.resolve("cache"));

        assertEquals(List.of("bear"), names(start()));
        assertEquals(List.of("bear"), names(start()));
    }

    @Test
    void leavesOneFile() throws Exception {
        install(bear);
        start();
        install(cats);
        start();

        try (var files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aLockRefusesAKnownJarThatHasChanged() throws Exception {
        Path jar = install(bear);
        Path lock =
                Files.writeString(
                        temporary.resolve("plugins.lock"),
                        HashedJar.of(jar).sha256() + "  bear.jar\n");
        assertEquals(List.of("bear"), names(start(PluginLock.read(lock), index())));
        assertEquals(List.of("bear"), names(start(PluginLock.read(lock), index())));
        Files.copy(cats, jar, StandardCopyOption.REPLACE_EXISTING);

        InvalidInputException refused =
                assertThrows(
                        InvalidInputException.class, () -> start(PluginLock.read(lock), index()));
        assertTrue(
                refused.problems().get(0).message().startsWith("has changed since it was listed"));
    }

    private PluginIndex index() {
        return PluginIndex.at(file, RULES);
    }
}
