package org.evengrad.engine.network;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.spi.Activation;

/**
 * A network that is fully decided: every layer with its width, name and activation.
 *
 * @param inputShape of one example: {@code [features]}, {@code [channels, height, width]}, or
 *     {@code [features, steps]}
 * @param layers the hidden layers in order
 * @param output the output layer
 * @param recurrence how gradients go through time
 */
public record NetworkPlan(
        List<Integer> inputShape, List<LayerPlan> layers, Output output, Recurrence recurrence) {
    /** A network without time steps, or one whose gradients go through all of them. */
    public NetworkPlan(List<Integer> inputShape, List<LayerPlan> layers, Output output) {
        this(inputShape, layers, output, Recurrence.WHOLE);
    }

    /** Keeps copies of the lists. */
    public NetworkPlan {
        inputShape = List.copyOf(inputShape);
        layers = List.copyOf(layers);
    }

    /** Whether a layer has a path around it, so that the network is no chain. */
    public boolean branches() {
        return layers.stream()
                .anyMatch(
                        layer ->
                                layer instanceof LayerPlan.Residual
                                        || layer instanceof LayerPlan.DenseBlock
                                        || layer instanceof LayerPlan.SqueezeExcite
                                        || layer instanceof LayerPlan.Recurrent recurrent
                                                && recurrent.bidirectional()
                                        || layer instanceof LayerPlan.Convolution convolution
                                                && convolution.groups() > 1);
    }

    /**
     * The output layer.
     *
     * @param name unique
     * @param units numbers given for one example
     * @param loss what is minimized; cross-entropy brings softmax, binary cross-entropy sigmoid
     * @param activation for {@code mse}: what follows the weights; nothing without it
     * @param bias whether it has biases
     * @param perStep whether each time step has an output
     * @param classWeights what the loss of each class is multiplied by; empty: by 1
     */
    public record Output(
            String name,
            int units,
            Loss loss,
            Optional<Activation> activation,
            boolean bias,
            boolean perStep,
            List<Double> classWeights) {
        /** Keeps a copy of the list. */
        public Output {
            classWeights = List.copyOf(classWeights);
        }

        /** An output for the example as a whole, in which all classes weigh the same. */
        public Output(
                String name, int units, Loss loss, Optional<Activation> activation, boolean bias) {
            this(name, units, loss, activation, bias, false, List.of());
        }
    }

    /**
     * How gradients go through time.
     *
     * @param truncate after how many time steps there is an update, and gradients end; 0: never
     *     before the end of the sequence
     * @param sum whether losses of time steps are added up, instead of their mean taken
     */
    public record Recurrence(int truncate, boolean sum) {
        /** Through all time steps, with the mean of their losses. */
        public static final Recurrence WHOLE = new Recurrence(0, false);
    }
}
