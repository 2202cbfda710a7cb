package org.evengrad.examples;

import java.nio.file.Path;
import org.evengrad.Evengrad;
import org.evengrad.engine.train.TrainingResult;

/** Trains a configuration with the plugins on the class path, and says how it went. */
public final class TrainFromConfig {
    private TrainFromConfig() {}

    /**
     * Trains into the next free folder below {@code runs}.
     *
     * @param arguments the configuration file
     */
    public static void main(String[] arguments) {
        Path config = Path.of(arguments[0]);
        TrainingResult result = Evengrad.train(config);
        System.out.println(result.status() + " after " + result.ending().steps() + " steps");
    }
}
