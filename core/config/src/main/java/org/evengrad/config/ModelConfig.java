package org.evengrad.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.bind.Key;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Initializer;

/**
 * The network: the section {@code model}.
 *
 * <p>Exactly one of {@code layers}, {@code preset}, {@code dl4j} and {@code keras} says what it is
 * made of.
 *
 * @param layers the hidden layers, in order; the output layer follows from data and loss
 * @param preset a well-known network instead of layers
 * @param dl4j a zip that DL4J's {@code ModelSerializer} wrote, absolute: the model to train on
 * @param keras an HDF5 file that Keras wrote, absolute: the model to train on
 * @param loss what training makes small; empty: follows from the data
 * @param output what differs from the derived output layer
 * @param override what wins over the layers' own choices
 * @param normalization what follows every hidden layer with weights, before its activation
 * @param residual whether there is a path around every hidden layer that keeps the width
 * @param l1 penalty on the magnitude of the weights
 * @param l2 penalty on the square of the weights
 * @since 0.1.0
 */
public record ModelConfig(
        Optional<List<LayerConfig>> layers,
        Optional<Preset> preset,
        Optional<Path> dl4j,
        Optional<Path> keras,
        Optional<Loss> loss,
        @Key(absent = "{}") OutputConfig output,
        @Key(absent = "{}") OverrideConfig override,
        @Key(absent = "none") Normalization normalization,
        @Key(absent = "false") boolean residual,
        @Key(range = "[0, inf)", absent = "0.0") double l1,
        @Key(range = "[0, inf)", absent = "0.0") double l2) {
    /**
     * Copies the list, and checks that the network is said once.
     *
     * @throws InvalidInputException if it is said twice, or not at all
     */
    public ModelConfig {
        layers = layers.map(List::copyOf);
        Map<String, Optional<?>> given = new LinkedHashMap<>();
        given.put("layers", layers);
        given.put("preset", preset);
        given.put("dl4j", dl4j);
        given.put("keras", keras);
        requireOne(given);
        if (dl4j.isPresent() || keras.isPresent()) {
            refuse("output.units", output.units().isPresent());
            refuse("output.bias", !output.bias());
            refuse("normalization", normalization != Normalization.NONE);
            refuse("residual", residual);
            refuse("l1", l1 != 0);
            refuse("l2", l2 != 0);
        }
    }

    private static void refuse(String key, boolean given) {
        if (given) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            key,
                            "is for a network that is built here; a model that you bring keeps its"
                                    + " own layers and penalties"));
        }
    }

    /** A network of the given layers. */
    public ModelConfig(
            List<LayerConfig> layers,
            Optional<Loss> loss,
            OutputConfig output,
            OverrideConfig override,
            Normalization normalization,
            boolean residual,
            double l1,
            double l2) {
        this(
                Optional.of(layers),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                loss,
                output,
                override,
                normalization,
                residual,
                l1,
                l2);
    }

    private static void requireOne(Map<String, Optional<?>> values) {
        List<String> given =
                values.keySet().stream().filter(key -> values.get(key).isPresent()).toList();
        if (given.isEmpty()) {
            String keys = String.join(", ", values.keySet());
            throw new InvalidInputException(
                    Problem.ofKey("layers", "missing; a model has one of " + keys));
        }
        if (given.size() > 1) {
            String keys = String.join(" and ", given);
            throw new InvalidInputException(
                    Problem.ofKey(given.get(1), keys + " are both given; keep one of them"));
        }
    }

    /** Whether the model is one that the user has. */
    public boolean brings() {
        return dl4j.isPresent() || keras.isPresent();
    }

    /** The hidden layers, in order: those that are given, or those of the preset. */
    public List<LayerConfig> hiddenLayers() {
        return layers.orElseGet(() -> preset.orElseThrow().layers());
    }

    /** What follows every hidden layer with weights. */
    public enum Normalization {
        /** Nothing. */
        NONE,
        /** Batch normalization; layer normalization behind recurrent layers. */
        BATCH,
        /** Layer normalization. */
        LAYER
    }

    /** What training makes small. */
    public enum Loss {
        /** For one of several classes, after a softmax. */
        CROSS_ENTROPY,
        /** For yes or no, after a sigmoid. */
        BINARY_CROSS_ENTROPY,
        /** The mean squared error, for numbers. */
        MSE,
        /** The mean absolute error, for numbers. */
        MAE,
        /** Squared below an error of 1 and linear above, for numbers. */
        HUBER
    }

    /**
     * What differs from the output layer that follows from data and loss.
     *
     * @param units outputs
     * @param activation what follows
     * @param bias whether there are biases
     * @param matchLoss whether a model that was brought along gets the activation that its loss
     *     expects: softmax for cross-entropy, sigmoid for binary cross-entropy. A network that is
     *     built here has it anyway, unless {@code activation} says otherwise
     */
    public record OutputConfig(
            @Key(range = "[1, inf)") Optional<Integer> units,
            Optional<Activation> activation,
            @Key(absent = "true") boolean bias,
            @Key(absent = "false") boolean matchLoss) {
        /**
         * Checks that the activation is said once.
         *
         * @throws InvalidInputException if an activation is given and is to follow from the loss
         */
        public OutputConfig {
            if (matchLoss && activation.isPresent()) {
                throw new InvalidInputException(
                        Problem.ofKey(
                                "match-loss",
                                "takes the activation from the loss, and activation gives one; keep"
                                        + " one of them"));
            }
        }

        /** Without {@code match-loss}. */
        public OutputConfig(
                Optional<Integer> units, Optional<Activation> activation, boolean bias) {
            this(units, activation, bias, false);
        }
    }

    /**
     * What wins over the layers' own choices, so that a repair need not rewrite them.
     *
     * @param activation the activation of every hidden layer
     * @param initializer the initializer of every layer; in a model that was brought along it draws
     *     their weights anew
     * @param layers the layers, or blocks of layers, that this is for; empty: all
     */
    public record OverrideConfig(
            Optional<Activation> activation,
            Optional<Initializer> initializer,
            @Key(absent = "[]") List<String> layers) {
        /**
         * Keeps a copy of the list.
         *
         * @throws InvalidInputException if there are layers and nothing to override in them
         */
        public OverrideConfig {
            layers = List.copyOf(layers);
            if (!layers.isEmpty() && activation.isEmpty() && initializer.isEmpty()) {
                throw new InvalidInputException(
                        Problem.ofKey("layers", "needs activation or initializer beside it"));
            }
        }

        /** For all layers. */
        public OverrideConfig(Optional<Activation> activation, Optional<Initializer> initializer) {
            this(activation, initializer, List.of());
        }

        /** Whether this is for a layer: it names none, that one, or a block around it. */
        public boolean covers(String layer) {
            return layers.isEmpty() || names(layer);
        }

        /** Whether this names a layer, or a block around it. */
        public boolean names(String layer) {
            return layers.stream()
                    .anyMatch(each -> layer.equals(each) || layer.startsWith(each + "/"));
        }
    }
}
