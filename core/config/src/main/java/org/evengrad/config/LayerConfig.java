package org.evengrad.config;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.bind.Key;
import org.evengrad.config.bind.Variants;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Initializer;

/**
 * A layer of the network: exactly one type key, and what belongs to it.
 *
 * @since 0.1.0
 */
@Variants(noun = "layer")
public sealed interface LayerConfig
        permits LayerConfig.Dense,
                LayerConfig.Conv,
                LayerConfig.DepthwiseConv,
                LayerConfig.MaxPool,
                LayerConfig.AvgPool,
                LayerConfig.GlobalAvgPool,
                LayerConfig.BatchNorm,
                LayerConfig.LayerNorm,
                LayerConfig.Dropout,
                LayerConfig.Lstm,
                LayerConfig.Gru,
                LayerConfig.SimpleRnn,
                LayerConfig.Embedding,
                LayerConfig.Residual,
                LayerConfig.DenseBlock,
                LayerConfig.SqueezeExcite {
    /** How many times the layer stands in the network, each time with fresh weights. */
    int repeat();

    /** What a layer with weights says about them. */
    interface Weights {
        /** What follows; empty: the network's. */
        Optional<Activation> activation();

        /** The first weights; empty: the network's. */
        Optional<Initializer> initializer();

        /** Penalty on the magnitude of the weights; empty: the model's. */
        Optional<Double> l1();

        /** Penalty on the square of the weights; empty: the model's. */
        Optional<Double> l2();
    }

    /**
     * A fully connected layer.
     *
     * @param units outputs; the key {@code dense}
     * @param activation what follows; empty: the network's
     * @param initializer the first weights; empty: the network's
     * @param l1 penalty on the magnitude of the weights; empty: the model's
     * @param l2 penalty on the square of the weights; empty: the model's
     * @param repeat how many times
     */
    record Dense(
            @Key(name = "dense", range = "[1, inf)") int units,
            Optional<Activation> activation,
            Optional<Initializer> initializer,
            @Key(range = "[0, inf)") Optional<Double> l1,
            @Key(range = "[0, inf)") Optional<Double> l2,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig, Weights {}

    /**
     * A convolution over images.
     *
     * @param filters output channels; the key {@code conv}
     * @param kernel height and width of the kernel, in pixels
     * @param stride by how many pixels the kernel moves
     * @param padding whether the edges are padded
     * @param groups how many groups the channels are split into
     * @param activation what follows; empty: the network's
     * @param initializer the first weights; empty: the network's
     * @param l1 penalty on the magnitude of the weights; empty: the model's
     * @param l2 penalty on the square of the weights; empty: the model's
     * @param repeat how many times
     */
    record Conv(
            @Key(name = "conv", range = "[1, inf)") int filters,
            @Key(range = "[1, inf)", absent = "3") int kernel,
            @Key(range = "[1, inf)", absent = "1") int stride,
            @Key(absent = "valid") Padding padding,
            @Key(range = "[1, inf)", absent = "1") int groups,
            Optional<Activation> activation,
            Optional<Initializer> initializer,
            @Key(range = "[0, inf)") Optional<Double> l1,
            @Key(range = "[0, inf)") Optional<Double> l2,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig, Weights {}

    /**
     * A convolution of each channel by itself.
     *
     * @param kernel height and width of the kernel, in pixels; the key {@code depthwise-conv}
     * @param stride by how many pixels the kernel moves
     * @param padding whether the edges are padded
     * @param activation what follows; empty: the network's
     * @param initializer the first weights; empty: the network's
     * @param l1 penalty on the magnitude of the weights; empty: the model's
     * @param l2 penalty on the square of the weights; empty: the model's
     * @param repeat how many times
     */
    record DepthwiseConv(
            @Key(name = "depthwise-conv", range = "[1, inf)") int kernel,
            @Key(range = "[1, inf)", absent = "1") int stride,
            @Key(absent = "valid") Padding padding,
            Optional<Activation> activation,
            Optional<Initializer> initializer,
            @Key(range = "[0, inf)") Optional<Double> l1,
            @Key(range = "[0, inf)") Optional<Double> l2,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig, Weights {}

    /**
     * Long short-term memory, along a sequence.
     *
     * @param units outputs, in each direction; the key {@code lstm}
     * @param bidirectional whether a second one walks back, which makes the output twice as wide
     * @param activation of the state; empty: tanh
     * @param initializer the first weights; empty: the network's
     * @param l1 penalty on the magnitude of the weights; empty: the model's
     * @param l2 penalty on the square of the weights; empty: the model's
     * @param repeat how many times
     */
    record Lstm(
            @Key(name = "lstm", range = "[1, inf)") int units,
            @Key(absent = "false") boolean bidirectional,
            Optional<Activation> activation,
            Optional<Initializer> initializer,
            @Key(range = "[0, inf)") Optional<Double> l1,
            @Key(range = "[0, inf)") Optional<Double> l2,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig, Recurrent {}

    /**
     * Gated recurrent units, along a sequence.
     *
     * @param units outputs, in each direction; the key {@code gru}
     * @param bidirectional whether a second one walks back, which makes the output twice as wide
     * @param activation of the state; empty: tanh
     * @param initializer the first weights; empty: the network's
     * @param l1 penalty on the magnitude of the weights; empty: the model's
     * @param l2 penalty on the square of the weights; empty: the model's
     * @param repeat how many times
     */
    record Gru(
            @Key(name = "gru", range = "[1, inf)") int units,
            @Key(absent = "false") boolean bidirectional,
            Optional<Activation> activation,
            Optional<Initializer> initializer,
            @Key(range = "[0, inf)") Optional<Double> l1,
            @Key(range = "[0, inf)") Optional<Double> l2,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig, Recurrent {}

    /**
     * A recurrent layer with one layer of weights on the input and on the state before.
     *
     * @param units outputs, in each direction; the key {@code simple-rnn}
     * @param bidirectional whether a second one walks back, which makes the output twice as wide
     * @param activation of the state; empty: tanh
     * @param initializer the first weights; empty: the network's
     * @param l1 penalty on the magnitude of the weights; empty: the model's
     * @param l2 penalty on the square of the weights; empty: the model's
     * @param repeat how many times
     */
    record SimpleRnn(
            @Key(name = "simple-rnn", range = "[1, inf)") int units,
            @Key(absent = "false") boolean bidirectional,
            Optional<Activation> activation,
            Optional<Initializer> initializer,
            @Key(range = "[0, inf)") Optional<Double> l1,
            @Key(range = "[0, inf)") Optional<Double> l2,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig, Recurrent {}

    /** What the layers that walk along a sequence have in common. */
    interface Recurrent extends Weights {
        /** Outputs, in each direction. */
        int units();

        /** Whether a second one walks back. */
        boolean bidirectional();
    }

    /**
     * A vector for each symbol of a sequence.
     *
     * @param size of a vector; the key {@code embedding}
     * @param initializer the first vectors; empty: the network's
     */
    record Embedding(
            @Key(name = "embedding", range = "[1, inf)") int size,
            Optional<Initializer> initializer)
            implements LayerConfig {
        @Override
        public int repeat() {
            return 1;
        }
    }

    /**
     * Scales each channel of an image by what two small layers make of the means of all.
     *
     * @param ratio how many times fewer units than channels the first of them has; the key {@code
     *     squeeze-excite}
     * @param repeat how many times
     */
    record SqueezeExcite(
            @Key(name = "squeeze-excite", range = "[1, inf)") int ratio,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig {}

    /**
     * Layer normalization. Right behind a layer with weights it stands before that layer's
     * activation; behind a recurrent one, after it.
     *
     * @param present false leaves the layer out; the key {@code layer-norm}
     */
    record LayerNorm(@Key(name = "layer-norm") boolean present) implements LayerConfig {
        @Override
        public int repeat() {
            return present ? 1 : 0;
        }
    }

    /** What happens at the edges of an image. */
    enum Padding {
        /** Nothing: the kernel stays inside. */
        VALID,
        /** Zeros are added, so that a stride of 1 keeps the size. */
        SAME
    }

    /**
     * The largest number of each window.
     *
     * @param size height and width of the window, in pixels; the key {@code max-pool}
     * @param stride by how many pixels the window moves; empty: its size
     * @param padding whether the edges are padded
     * @param repeat how many times
     */
    record MaxPool(
            @Key(name = "max-pool", range = "[1, inf)") int size,
            @Key(range = "[1, inf)") Optional<Integer> stride,
            @Key(absent = "valid") Padding padding,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig {}

    /**
     * The mean of each window.
     *
     * @param size height and width of the window, in pixels; the key {@code avg-pool}
     * @param stride by how many pixels the window moves; empty: its size
     * @param padding whether the edges are padded
     * @param repeat how many times
     */
    record AvgPool(
            @Key(name = "avg-pool", range = "[1, inf)") int size,
            @Key(range = "[1, inf)") Optional<Integer> stride,
            @Key(absent = "valid") Padding padding,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig {}

    /**
     * The mean of each channel over the whole image, or of each feature over all time steps.
     *
     * @param present false leaves the layer out; the key {@code global-avg-pool}
     */
    record GlobalAvgPool(@Key(name = "global-avg-pool") boolean present) implements LayerConfig {
        @Override
        public int repeat() {
            return present ? 1 : 0;
        }
    }

    /**
     * Batch normalization. Right behind a layer with weights it stands before that layer's
     * activation.
     *
     * @param present false leaves the layer out; the key {@code batch-norm}
     */
    record BatchNorm(@Key(name = "batch-norm") boolean present) implements LayerConfig {
        @Override
        public int repeat() {
            return present ? 1 : 0;
        }
    }

    /**
     * Dropout.
     *
     * @param rate the share of inputs that is set to zero in training; the key {@code dropout}
     */
    record Dropout(@Key(name = "dropout", range = "[0, 1)") double rate) implements LayerConfig {
        @Override
        public int repeat() {
            return rate > 0 ? 1 : 0;
        }
    }

    /**
     * Layers whose input is added to their output.
     *
     * @param body the layers; the key {@code residual}
     * @param projection whether a linear layer brings the input to another shape of the output;
     *     without it, the shapes must agree
     * @param repeat how many times
     */
    record Residual(
            @Key(name = "residual") List<LayerConfig> body,
            @Key(absent = "true") boolean projection,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig {
        /** Copies the list. */
        public Residual {
            body = List.copyOf(body);
        }
    }

    /**
     * Layers each of which sees what all before it made.
     *
     * @param body the layers; the key {@code dense-block}
     * @param repeat how many times
     */
    record DenseBlock(
            @Key(name = "dense-block") List<LayerConfig> body,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig {
        /** Copies the list. */
        public DenseBlock {
            body = List.copyOf(body);
        }
    }
}
