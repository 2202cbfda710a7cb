package org.evengrad.engine.network;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.spi.Activation;

/**
 * A network that is fully decided: every layer with its width, name and activation.
 *
 * @param inputs features of one example
 * @param layers the hidden layers in order
 * @param output the output layer
 */
public record NetworkPlan(int inputs, List<Hidden> layers, Output output) {
    /** Keeps a copy of the layers. */
    public NetworkPlan {
        layers = List.copyOf(layers);
    }

    /**
     * A dense hidden layer.
     *
     * @param name unique, {@code dense-1}
     * @param units its width
     * @param activation what follows the weights
     */
    public record Hidden(String name, int units, Activation activation) {}

    /**
     * The output layer.
     *
     * @param name unique
     * @param units numbers given for one example
     * @param loss what is minimized; cross-entropy brings softmax, binary cross-entropy sigmoid
     * @param activation for {@code mse}: what follows the weights; nothing without it
     * @param bias whether it has biases
     */
    public record Output(
            String name, int units, Loss loss, Optional<Activation> activation, boolean bias) {}
}
