package org.evengrad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.plugins.PluginLock;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.operations.EvaluateRequest;
import org.evengrad.operations.EvaluateRequest.Part;
import org.evengrad.operations.TrainRequest;
import org.evengrad.operations.TrainedRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvengradTest {
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
    void writesNothingToStandardOutput() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Evengrad.create().train(request());
        } finally {
            System.setOut(before);
        }
        assertEquals("", printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void refusesJarsThatALockDoesNotList() throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Path jar = Files.writeString(plugins.resolve("a.jar"), "abc").toRealPath();
        PluginLock lock = PluginLock.read(Files.createFile(folder.resolve("plugins.lock")));
        Evengrad evengrad = Evengrad.create(getClass().getClassLoader(), List.of(plugins), lock);

        InvalidInputException refused =
                assertThrows(InvalidInputException.class, evengrad::strategies);

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
