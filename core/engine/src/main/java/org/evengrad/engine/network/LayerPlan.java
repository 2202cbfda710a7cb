package org.evengrad.engine.network;

import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Activation;

/**
 * One layer of a network that is fully decided. Names are unique in the network; inside a block
 * they begin with the block's name and a slash.
 */
public sealed interface LayerPlan {
    /** Unique, {@code dense-1}. */
    String name();

    /**
     * A fully connected layer.
     *
     * @param units its width
     * @param activation what follows the weights; empty if a normalization comes between
     */
    record Dense(String name, int units, Optional<Activation> activation) implements LayerPlan {}

    /**
     * A convolution over images.
     *
     * @param channels of its input
     * @param filters output channels
     * @param window kernel, stride and padding
     * @param groups how many groups the channels are split into; divides both numbers of channels
     * @param activation what follows the weights; empty if a normalization comes between
     */
    record Convolution(
            String name,
            int channels,
            int filters,
            Window window,
            int groups,
            Optional<Activation> activation)
            implements LayerPlan {}

    /**
     * A convolution of each channel by itself.
     *
     * @param channels of its input and of its output
     * @param window kernel, stride and padding
     * @param activation what follows the weights; empty if a normalization comes between
     */
    record DepthwiseConvolution(
            String name, int channels, Window window, Optional<Activation> activation)
            implements LayerPlan {}

    /**
     * A layer that walks along a sequence.
     *
     * @param kind its cell
     * @param units its width, in each direction
     * @param activation what the cell ends in
     * @param bidirectional whether a second one walks back, so that the output is twice as wide
     * @param lastStep whether only the output at the last time step that counts goes on
     */
    record Recurrent(
            String name,
            Kind kind,
            int units,
            Activation activation,
            boolean bidirectional,
            boolean lastStep)
            implements LayerPlan {
        /** The cell of a recurrent layer. */
        public enum Kind {
            /** Long short-term memory. */
            LSTM,
            /** A gated recurrent unit. */
            GRU,
            /** One layer of weights on the input and on the state before. */
            SIMPLE
        }
    }

    /**
     * A vector for each symbol of a sequence.
     *
     * @param symbols how many there are
     * @param size of a vector
     */
    record Embedding(String name, int symbols, int size) implements LayerPlan {}

    /**
     * Scales each channel of an image by what two small layers make of the means of all.
     *
     * @param channels of the image
     * @param units of the first of the two layers
     */
    record SqueezeExcite(String name, int channels, int units) implements LayerPlan {}

    /**
     * The largest or the mean of each window.
     *
     * @param kind which of the two
     * @param window size, stride and padding
     */
    record Pooling(String name, Kind kind, Window window) implements LayerPlan {
        /** What is kept of a window. */
        public enum Kind {
            /** The largest. */
            MAX,
            /** The mean. */
            AVERAGE
        }
    }

    /** The mean of each channel over the whole image, or of each feature over all time steps. */
    record GlobalAveragePooling(String name) implements LayerPlan {}

    /** Batch normalization of each channel or feature, with a learned scale and shift. */
    record BatchNormalization(String name) implements LayerPlan {}

    /** Normalization of each example, or of each time step, with a learned scale and shift. */
    record LayerNormalization(String name) implements LayerPlan {}

    /**
     * Dropout.
     *
     * @param rate the share of inputs that is set to zero in training
     */
    record Dropout(String name, double rate) implements LayerPlan {}

    /**
     * An activation of its own, behind a normalization.
     *
     * @param activation the function
     */
    record Activate(String name, Activation activation) implements LayerPlan {}

    /**
     * Adds what it is given to what its body makes of it.
     *
     * @param body at least one layer with weights
     * @param projection what the input goes through where the shapes differ; empty if they agree
     */
    record Residual(String name, List<LayerPlan> body, Optional<LayerPlan> projection)
            implements LayerPlan {
        /** Keeps a copy of the body. */
        public Residual {
            body = List.copyOf(body);
        }
    }

    /**
     * Appends what each of its layers makes of all before to what it was given.
     *
     * @param branches its layers, each with what belongs to it, one behind the other; they keep the
     *     size of an image
     */
    record DenseBlock(String name, List<List<LayerPlan>> branches) implements LayerPlan {
        /** Keeps copies of the lists. */
        public DenseBlock {
            branches = branches.stream().map(List::copyOf).toList();
        }
    }

    /**
     * How a kernel moves over an image.
     *
     * @param kernel its height and width
     * @param stride by how many pixels it moves
     * @param same whether the image is padded so that a stride of 1 keeps its size
     */
    record Window(int kernel, int stride, boolean same) {
        /** The size of an image after it; 0 if the kernel does not fit. */
        public int outputSize(int size) {
            if (same) {
                return (size + stride - 1) / stride;
            }
            return size < kernel ? 0 : (size - kernel) / stride + 1;
        }
    }
}
