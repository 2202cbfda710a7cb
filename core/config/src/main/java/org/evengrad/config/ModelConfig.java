package org.evengrad.config;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.bind.Key;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Initializer;

/**
 * The network: the section {@code model}.
 *
 * @param layers the hidden layers, in order; the output layer follows from data and loss
 * @param loss what training makes small; empty: follows from the data
 * @param output what differs from the derived output layer
 * @param override what wins over the layers' own choices
 * @param l1 penalty on the magnitude of the weights
 * @param l2 penalty on the square of the weights
 * @since 0.1.0
 */
public record ModelConfig(
        List<LayerConfig> layers,
        Optional<Loss> loss,
        @Key(absent = "{}") OutputConfig output,
        @Key(absent = "{}") OverrideConfig override,
        @Key(range = "[0, inf)", absent = "0.0") double l1,
        @Key(range = "[0, inf)", absent = "0.0") double l2) {
    /** Copies the list. */
    public ModelConfig {
        layers = List.copyOf(layers);
    }

    /** What training makes small. */
    public enum Loss {
        /** For one of several classes, after a softmax. */
        CROSS_ENTROPY,
        /** For yes or no, after a sigmoid. */
        BINARY_CROSS_ENTROPY,
        /** The mean squared error, for numbers. */
        MSE
    }

    /**
     * What differs from the output layer that follows from data and loss.
     *
     * @param units outputs
     * @param activation what follows
     * @param bias whether there are biases
     */
    public record OutputConfig(
            @Key(range = "[1, inf)") Optional<Integer> units,
            Optional<Activation> activation,
            @Key(absent = "true") boolean bias) {}

    /**
     * What wins over the layers' own choices, so that a repair need not rewrite them.
     *
     * @param activation the activation of every hidden layer
     * @param initializer the initializer of every layer
     */
    public record OverrideConfig(
            Optional<Activation> activation, Optional<Initializer> initializer) {}
}
