package org.evengrad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.PluginLock;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.operations.EvaluateRequest;
import org.evengrad.operations.EvaluateRequest.Part;
import org.evengrad.operations.TrainRequest;
import org.evengrad.operations.TrainedRun;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Strategy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvengradTest {
    /** A strategy that no jar of this build names. */
    @Strategy(
            name = "flat",
            summary = "Changes nothing",
            formula = "factor = 1",
            useWhen = "in tests",
            avoidWhen = "elsewhere",
            reference = "https://example.com/flat",
            since = "0.1.0")
    public record Flat() implements Scheduler {
        @Override
        public Schedule start(Horizon horizon) {
            return at -> 1;
        }
    }

    @TempDir private Path folder;
    private Path config;

    @BeforeEach
    void writeTheConfiguration() throws IOException {
        config =
                Files.writeString(
                        folder.resolve("small.conf"),
                        """
                        data { source = iris, batch-size = 16 }
                        model { layers = [ { dense = 8 } ] }
                        activation = tanh, initializer = xavier
                        optimizer { use = adam, learning-rate = 0.02 }
                        training { epochs = 10 }
                        """);
    }

    private TrainRequest request() {
        return TrainRequest.of(config).below(folder.resolve("runs"));
    }

    @Test
    void trainsAndEvaluatesWithThePluginsOnTheClassPath() {
        Evengrad evengrad = Evengrad.create();
        TrainedRun run = evengrad.train(request());

        assertEquals(Status.HEALTHY, run.result().status());
        assertEquals(folder.resolve("runs").resolve("small-001"), run.folder().path());
        double test = run.result().test().orElseThrow().loss();
        assertEquals(
                test,
                evengrad.evaluate(
                                new EvaluateRequest(
                                        run.folder().path(), Optional.empty(), Part.TEST))
                        .scores()
                        .loss(),
                1e-12);
    }

    @Test
    void trainsTheSameWithWhatWasLoadedBefore() {
        Evengrad evengrad = Evengrad.create();
        String hash = evengrad.train(request()).result().parametersSha256();
        Evengrad.preload().join();
        assertEquals(hash, evengrad.train(request()).result().parametersSha256());
    }

    @Test
    void tellsListenersOfEveryStep() {
        List<Long> steps = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        steps.add(record.step());
                    }
                };

        Evengrad.create().train(request().with("training.epochs", "1").listener(listener));

        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), steps);
    }

    @Test
    void endsWhenAskedTo() {
        StopRequest stop = new StopRequest();
        stop.request();

        TrainedRun run = Evengrad.create().train(request().stop(stop));

        assertEquals(Status.INTERRUPTED, run.result().status());
        assertEquals(1, run.result().ending().steps());
    }

    @Test
    void findsPluginsThroughTheClassLoaderThatItIsGiven() throws IOException {
        Path services = Files.createDirectories(folder.resolve("classes/META-INF/services"));
        Files.writeString(services.resolve(Scheduler.class.getName()), Flat.class.getName());
        URL[] classPath = {folder.resolve("classes").toUri().toURL()};
        try (URLClassLoader loader =
                new URLClassLoader(classPath, EvengradTest.class.getClassLoader())) {
            StrategyRegistry given = Evengrad.create(loader, List.of()).strategies();

            assertTrue(given.find(Kind.SCHEDULER, "flat").isPresent());
            assertTrue(given.find(Kind.SCHEDULER, "cosine").isPresent());
        }
        assertTrue(Evengrad.create().strategies().find(Kind.SCHEDULER, "flat").isEmpty());
    }

    @Test
    void refusesJarsThatALockDoesNotList() throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Path jar = Files.writeString(plugins.resolve("a.jar"), "abc").toRealPath();
        PluginLock lock = PluginLock.read(Files.createFile(folder.resolve("plugins.lock")));
        ClassLoader loader = getClass().getClassLoader();

        InvalidInputException refused =
                assertThrows(
                        InvalidInputException.class,
                        () -> Evengrad.create(loader, List.of(plugins), lock));

        assertEquals(jar.toString(), refused.problems().get(0).file());
    }

    @Test
    void refusesAnInvalidConfigurationBeforeItWritesAnything() {
        TrainRequest invalid = request().with("data.batch-size", "0");

        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> Evengrad.create().train(invalid));

        assertTrue(refused.getMessage().startsWith("data.batch-size"), refused.getMessage());
        assertTrue(Files.notExists(folder.resolve("runs")));
    }
}
