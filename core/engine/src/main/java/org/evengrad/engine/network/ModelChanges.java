package org.evengrad.engine.network;

import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.spi.Activation;

/**
 * What is done to the structure of a model that a program built.
 *
 * @param hidden in place of the activation behind each hidden layer; empty: their own
 * @param output in place of that of the output; empty: its own, unless the loss brings one
 * @param loss in place of the model's own; empty: its own
 * @param matchLoss whether the output gets the activation that its loss expects
 * @param normalized whether batch normalization comes behind each hidden dense or convolutional
 *     layer, before its activation
 */
public record ModelChanges(
        Optional<Activation> hidden,
        Optional<Activation> output,
        Optional<Loss> loss,
        boolean matchLoss,
        boolean normalized) {
    /** Whether the model stays as it is. */
    public boolean isEmpty() {
        return hidden.isEmpty() && output.isEmpty() && loss.isEmpty() && !matchLoss && !normalized;
    }
}
