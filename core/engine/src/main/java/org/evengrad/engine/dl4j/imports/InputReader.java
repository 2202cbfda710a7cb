package org.evengrad.engine.dl4j.imports;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.evengrad.engine.dl4j.imports.Parts.Entrance;

/**
 * Finds out what a network takes. DL4J does not keep the type of the input, so the first layer and
 * what stands in front of it must tell.
 */
final class InputReader {
    private static final int FREE = 0;

    private InputReader() {}

    static InputSettings read(Entrance entrance) {
        Optional<Layer> layer = entrance.layer().map(Wrapped::innermost);
        return entrance.preprocessor()
                .map(InputReader::first)
                .flatMap(processor -> before(entrance.name(), processor, layer))
                .or(
                        () ->
                                entrance.preprocessor().isPresent()
                                        ? Optional.empty()
                                        : layer.flatMap(it -> into(entrance.name(), it)))
                .orElseGet(() -> input(entrance.name(), List.of()));
    }

    private static InputPreProcessor first(InputPreProcessor processor) {
        return processor instanceof ComposableInputPreProcessor several
                ? first(several.getInputPreProcessors()[0])
                : processor;
    }

    private static Optional<InputSettings> before(
            String name, InputPreProcessor processor, Optional<Layer> layer) {
        if (processor instanceof FeedForwardToCnnPreProcessor cnn) {
            List<Integer> shape =
                    image(cnn.getNumChannels(), cnn.getInputHeight(), cnn.getInputWidth());
            return Optional.of(new InputSettings(name, shape, OptionalInt.empty(), false, true));
        }
        if (processor instanceof CnnToFeedForwardPreProcessor cnn) {
            List<Integer> shape =
                    image(cnn.getNumChannels(), cnn.getInputHeight(), cnn.getInputWidth());
            return Optional.of(
                    new InputSettings(
                            name,
                            shape,
                            OptionalInt.empty(),
                            cnn.getFormat() == CNN2DFormat.NHWC,
                            false));
        }
        if (processor instanceof CnnToRnnPreProcessor cnn) {
            return Optional.of(
                    input(
                            name,
                            image(
                                    cnn.getNumChannels(),
                                    cnn.getInputHeight(),
                                    cnn.getInputWidth())));
        }
        if (processor instanceof RnnToCnnPreProcessor cnn) {
            int features = cnn.getNumChannels() * cnn.getInputHeight() * cnn.getInputWidth();
            return Optional.of(sequence(name, features, cnn.getRnnDataFormat()));
        }
        if (processor instanceof RnnToFeedForwardPreProcessor rnn) {
            return layer.filter(FeedForwardLayer.class::isInstance)
                    .map(it -> sequence(name, units(it), rnn.getRnnDataFormat()));
        }
        if (processor instanceof FeedForwardToRnnPreProcessor) {
            return layer.filter(FeedForwardLayer.class::isInstance)
                    .map(it -> input(name, List.of(units(it))));
        }
        return Optional.empty();
    }

    private static Optional<InputSettings> into(String name, Layer layer) {
        if (layer instanceof EmbeddingSequenceLayer embedding) {
            List<Integer> shape =
                    List.of(1, embedding.isInferInputLength() ? FREE : embedding.getInputLength());
            return Optional.of(
                    new InputSettings(name, shape, OptionalInt.of(units(layer)), false, false));
        }
        if (layer instanceof EmbeddingLayer) {
            return Optional.of(
                    new InputSettings(
                            name, List.of(1), OptionalInt.of(units(layer)), false, false));
        }
        if (layer instanceof Convolution1DLayer convolution) {
            return Optional.of(sequence(name, units(layer), convolution.getRnnDataFormat()));
        }
        if (layer instanceof Convolution3D) {
            return Optional.empty();
        }
        if (layer instanceof ConvolutionLayer convolution) {
            return Optional.of(
                    new InputSettings(
                            name,
                            List.of(units(layer), FREE, FREE),
                            OptionalInt.empty(),
                            convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC,
                            false));
        }
        if (layer instanceof BaseRecurrentLayer recurrent) {
            return Optional.of(sequence(name, units(layer), recurrent.getRnnDataFormat()));
        }
        if (layer instanceof RnnOutputLayer output) {
            return Optional.of(sequence(name, units(layer), output.getRnnDataFormat()));
        }
        if (layer instanceof DenseLayer
                || layer instanceof OutputLayer
                || layer instanceof BatchNormalization) {
            return units(layer) > 0
                    ? Optional.of(input(name, List.of(units(layer))))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    private static int units(Layer layer) {
        return Math.toIntExact(((FeedForwardLayer) layer).getNIn());
    }

    private static List<Integer> image(long channels, long height, long width) {
        return List.of(Math.toIntExact(channels), Math.toIntExact(height), Math.toIntExact(width));
    }

    private static InputSettings sequence(String name, int features, RNNFormat format) {
        return new InputSettings(
                name, List.of(features, FREE), OptionalInt.empty(), format == RNNFormat.NWC, false);
    }

    private static InputSettings input(String name, List<Integer> shape) {
        return new InputSettings(name, shape, OptionalInt.empty(), false, false);
    }
}
