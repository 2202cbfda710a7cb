package org.evengrad.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.Multibinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.operations.Train;
import org.evengrad.operations.TrainRequest;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Strategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvengradModuleTest {
    /** A strategy that an application binds without a jar. */
    @Strategy(
            name = "halves",
            summary = "Half the rate in the second half",
            formula = "factor = 1, then 0.5",
            useWhen = "in tests",
            avoidWhen = "elsewhere",
            reference = "https://example.com/halves",
            since = "0.1.0")
    public record Halves() implements Scheduler {
        @Override
        public Schedule start(Horizon horizon) {
            return at -> at.step() < horizon.steps() / 2 ? 1 : 0.5;
        }
    }

    private static final class Application extends AbstractModule {
        @Override
        protected void configure() {
            install(new EvengradModule());
            Multibinder.newSetBinder(binder(), Record.class, BoundStrategy.class)
                    .addBinding()
                    .toInstance(new Halves());
        }
    }

    @TempDir private Path folder;

    @Test
    void findsThePluginsOnTheClassPath() {
        StrategyRegistry registry =
                Guice.createInjector(new EvengradModule()).getInstance(StrategyRegistry.class);

        assertTrue(registry.find(Kind.OPTIMIZER, "adam").isPresent());
        assertEquals(java.util.List.of(), registry.problems());
    }

    @Test
    void loadsPluginsOnce() {
        Injector injector = Guice.createInjector(new EvengradModule());

        assertSame(
                injector.getInstance(StrategyRegistry.class),
                injector.getInstance(StrategyRegistry.class));
    }

    @Test
    void anApplicationTrainsWithAStrategyOfItsOwn() throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("net.conf"),
                        """
                        data { source = iris, batch-size = 16 }
                        model { layers = [ { dense = 8 } ] }
                        activation = tanh, initializer = xavier
                        optimizer { use = adam, learning-rate = 0.02 }
                        scheduler = halves
                        training { epochs = 10 }
                        """);

        Train train = Guice.createInjector(new Application()).getInstance(Train.class);
        Status status =
                train.run(TrainRequest.of(config).below(folder.resolve("runs"))).result().status();

        assertEquals(Status.HEALTHY, status);
        String metrics =
                Files.readString(
                        folder.resolve("runs").resolve("net-001").resolve("metrics.jsonl"));
        assertTrue(metrics.contains("\"learningRate\":0.02,"), "the first half");
        assertTrue(metrics.contains("\"learningRate\":0.01,"), "the second half");
    }
}
