package org.evengrad.engine.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;

/**
 * A model that a user has, to be trained on data of his own.
 *
 * @param file the model
 * @param format of the file
 * @param loss in place of the model's own; empty: its own
 * @param exampleShape of one example of the data
 * @param symbols how many symbols the data is made of; 0 if it is made of numbers
 * @param truncate in place of the model's own; empty: its own
 * @param sumsSteps whether the losses of time steps are added up
 */
public record BringRequest(
        Path file,
        Format format,
        Optional<Loss> loss,
        List<Integer> exampleShape,
        int symbols,
        Optional<Integer> truncate,
        boolean sumsSteps) {
    /** Who wrote the file. */
    public enum Format {
        /** DL4J's {@code ModelSerializer}. */
        DL4J,
        /** Keras, as HDF5. */
        KERAS
    }

    /** Keeps a copy of the shape. */
    public BringRequest {
        exampleShape = List.copyOf(exampleShape);
    }
}
