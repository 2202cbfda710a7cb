package org.evengrad.examples;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.multibindings.Multibinder;
import jakarta.inject.Inject;
import java.nio.file.Path;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.operations.Train;
import org.evengrad.operations.TrainRequest;
import org.evengrad.wiring.BoundStrategy;
import org.evengrad.wiring.EvengradModule;

/**
 * An application that uses Guice: installs Evengrad, adds a strategy, and gets training injected.
 */
public final class TrainInGuice extends AbstractModule {
    @Override
    protected void configure() {
        install(new EvengradModule());
        Multibinder.newSetBinder(binder(), Record.class, BoundStrategy.class)
                .addBinding()
                .toInstance(new Sawtooth());
    }

    /** A part of the application. */
    static final class Experiment {
        private final Train train;

        @Inject
        Experiment(Train train) {
            this.train = train;
        }

        /** Trains a configuration with another schedule than its own. */
        TrainingResult run(Path config) {
            TrainRequest request =
                    TrainRequest.of(config).with("scheduler", "{ use = sawtooth, lowest = 0.5 }");
            return train.run(request).result();
        }
    }

    /**
     * Trains into the next free folder below {@code runs}.
     *
     * @param arguments the configuration file
     */
    public static void main(String[] arguments) {
        Experiment experiment =
                Guice.createInjector(new TrainInGuice()).getInstance(Experiment.class);
        TrainingResult result = experiment.run(Path.of(arguments[0]));
        System.out.println(result.status() + " after " + result.ending().steps() + " steps");
    }
}
