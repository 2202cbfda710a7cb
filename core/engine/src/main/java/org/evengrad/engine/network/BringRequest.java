package org.evengrad.engine.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.spi.Activation;

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
 * @param activations that are replaced
 */
public record BringRequest(
        Path file,
        Format format,
        Optional<Loss> loss,
        List<Integer> exampleShape,
        int symbols,
        Optional<Integer> truncate,
        boolean sumsSteps,
        Replacements activations) {
    /**
     * Activations in place of the model's own.
     *
     * @param hidden of hidden layers; empty: their own
     * @param layers which of them; empty: all
     * @param output of the output; empty: its own
     * @param matchLoss whether the output gets the activation that the loss expects
     */
    public record Replacements(
            Optional<Activation> hidden,
            List<String> layers,
            Optional<Activation> output,
            boolean matchLoss) {
        /** Keeps a copy of the list. */
        public Replacements {
            layers = List.copyOf(layers);
        }
    }

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
