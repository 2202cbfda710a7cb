package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Fast convolutions against DL4J's. */
class FastConvolutionTest {
    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build();
    }

    /** Some layers on images, and an output. */
    private static Agreement chain(int[] shape, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        list.layer(output()).setInputType(InputType.convolutional(shape[1], shape[2], shape[0]));
        return Agreement.of(list.build(), shape[0], shape[1], shape[2]);
    }

    private static int[] image(int channels, int height, int width) {
        return new int[] {channels, height, width};
    }

    private static ConvolutionLayer.Builder convolution(int filters, int... kernel) {
        return new ConvolutionLayer.Builder(kernel).nOut(filters).activation(Activation.TANH);
    }

    private static Arguments window(
            ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding) {
        return Arguments.of(mode, kernel, stride, dilation, padding);
    }

    private static int[] sides(int down, int across) {
        return new int[] {down, across};
    }

    static Stream<Arguments> windows() {
        ConvolutionMode same = ConvolutionMode.Same;
        ConvolutionMode truncate = ConvolutionMode.Truncate;
        ConvolutionMode strict = ConvolutionMode.Strict;
        int[] none = sides(0, 0);
        int[] one = sides(1, 1);
        return Stream.of(
                window(truncate, sides(3, 3), one, one, none),
                window(truncate, sides(2, 3), one, one, sides(1, 2)),
                window(truncate, sides(3, 2), sides(2, 3), one, none),
                window(truncate, sides(3, 3), sides(2, 2), one, sides(2, 1)),
                window(truncate, sides(2, 3), one, sides(3, 2), sides(1, 0)),
                window(truncate, sides(3, 3), sides(3, 2), sides(2, 3), sides(2, 3)),
                window(truncate, sides(1, 1), one, one, none),
                window(truncate, sides(1, 1), one, one, sides(1, 2)),
                window(truncate, sides(1, 1), sides(2, 3), one, none),
                window(truncate, sides(3, 1), one, one, none),
                window(truncate, sides(3, 1), one, sides(2, 1), none),
                window(truncate, sides(1, 3), one, one, none),
                window(truncate, sides(7, 8), one, one, none),
                window(strict, sides(3, 2), sides(2, 3), one, none),
                window(same, sides(3, 3), one, one, none),
                window(same, sides(2, 4), one, one, none),
                window(same, sides(3, 2), sides(2, 3), one, none),
                window(same, sides(3, 3), one, sides(2, 3), none),
                window(same, sides(2, 2), sides(3, 3), one, none),
                window(same, sides(1, 1), sides(2, 2), one, none));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void agreesForEveryWindow(
            ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding) {
        chain(
                        image(2, 7, 8),
                        convolution(4, 1, 1).build(),
                        convolution(3, kernel)
                                .convolutionMode(mode)
                                .stride(stride)
                                .dilation(dilation)
                                .padding(padding)
                                .build())
                .onlyInFloats()
                .holds();
    }

    /** With so many channels that each tap along the height has a product of its own. */
    @ParameterizedTest
    @MethodSource("windows")
    void agreesForEveryWindowOverManyChannels(
            ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding) {
        chain(
                        image(1, 7, 8),
                        convolution(48, 1, 1).build(),
                        convolution(2, kernel)
                                .convolutionMode(mode)
                                .stride(stride)
                                .dilation(dilation)
                                .padding(padding)
                                .build())
                .scale(0.2, 5e-5)
                .onlyInFloats()
                .holds();
    }

    @ParameterizedTest
    @MethodSource("windows")
    void agreesForEveryWindowOfADepthwiseConvolution(
            ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding) {
        chain(
                        image(2, 7, 8),
                        convolution(3, 1, 1).build(),
                        new DepthwiseConvolution2D.Builder()
                                .depthMultiplier(2)
                                .kernelSize(kernel)
                                .nOut(6)
                                .convolutionMode(mode)
                                .stride(stride)
                                .dilation(dilation)
                                .padding(padding)
                                .activation(Activation.TANH)
                                .build())
                .onlyInFloats()
                .holds();
    }

    @Test
    void agreesForASeparableConvolution() {
        for (boolean biased : new boolean[] {true, false}) {
            chain(
                            image(2, 6, 5),
                            convolution(3, 1, 1).build(),
                            new SeparableConvolution2D.Builder(3, 2)
                                    .depthMultiplier(2)
                                    .nOut(4)
                                    .hasBias(biased)
                                    .convolutionMode(ConvolutionMode.Same)
                                    .activation(Activation.SWISH)
                                    .build())
                    .onlyInFloats()
                    .holds();
        }
    }

    @Test
    void agreesWhereTheSlopeNeedsThePreActivation() {
        chain(
                        image(2, 5, 6),
                        convolution(3, 2, 2).activation(Activation.MISH).build(),
                        new DepthwiseConvolution2D.Builder()
                                .depthMultiplier(1)
                                .kernelSize(2, 2)
                                .nOut(3)
                                .activation(Activation.SWISH)
                                .build())
                .holds();
    }

    @Test
    void agreesWithoutBiasesAndActivation() {
        chain(
                        image(2, 5, 6),
                        convolution(3, 2, 2).hasBias(false).activation(Activation.IDENTITY).build(),
                        new DepthwiseConvolution2D.Builder()
                                .depthMultiplier(1)
                                .kernelSize(2, 2)
                                .nOut(3)
                                .hasBias(false)
                                .activation(Activation.IDENTITY)
                                .build())
                .onlyInFloats()
                .holds();
    }

    @Test
    void agreesForTheNetworkOfTheRace() {
        chain(
                        image(1, 16, 16),
                        convolution(20, 5, 5).activation(Activation.IDENTITY).build(),
                        new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(),
                        convolution(50, 5, 5).activation(Activation.IDENTITY).build(),
                        new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(),
                        new DenseLayer.Builder().nOut(50).activation(Activation.RELU).build())
                .scale(0.05, 1e-4)
                .onlyInFloats()
                .rows(3)
                .holds();
    }

    @Test
    void agreesForSeveralGroupsOfExamples() {
        chain(
                        image(1, 6, 5),
                        convolution(4, 2, 2).build(),
                        convolution(3, 3, 3).stride(2, 2).build(),
                        new DepthwiseConvolution2D.Builder()
                                .depthMultiplier(1)
                                .kernelSize(2, 1)
                                .nOut(3)
                                .activation(Activation.TANH)
                                .build())
                .onlyInFloats()
                .rows(71)
                .holds();
    }

    @Test
    void agreesForImagesThatAreCutIntoStrips() {
        chain(
                        image(2, 25, 40),
                        convolution(17, 3, 3).build(),
                        convolution(2, 3, 3).convolutionMode(ConvolutionMode.Same).build(),
                        convolution(18, 1, 1).build(),
                        convolution(1, 5, 3).stride(2, 4).build())
                .rows(17)
                .scale(0.1, 1e-4)
                .onlyInFloats()
                .holds();
    }

    @Test
    void agreesWhereSeveralLayersReadOneAnother() {
        ConvolutionLayer.Builder same = convolution(3, 3, 3).convolutionMode(ConvolutionMode.Same);
        Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer("first", same.build(), "in")
                                .addLayer("second", same.build(), "first")
                                .addLayer("third", convolution(3, 1, 1).build(), "first")
                                .addLayer(
                                        "depthwise",
                                        new DepthwiseConvolution2D.Builder()
                                                .depthMultiplier(1)
                                                .kernelSize(3, 3)
                                                .convolutionMode(ConvolutionMode.Same)
                                                .nOut(3)
                                                .build(),
                                        "first")
                                .addVertex(
                                        "sum",
                                        new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                        "first",
                                        "second",
                                        "third",
                                        "depthwise")
                                .addLayer("out", output(), "sum")
                                .setOutputs("out")
                                .setInputTypes(InputType.convolutional(4, 5, 2))
                                .build(),
                        2,
                        4,
                        5)
                .holds();
    }

    @Test
    void leavesOtherConvolutionsToDl4j() {
        assertEquals(
                List.of("layer0: Deconvolution2D"),
                chain(image(2, 5, 5), new Deconvolution2D.Builder(2, 2).nOut(3).build())
                        .translated()
                        .notCovered());
    }

    @Test
    void leavesImagesWithTheChannelsLastToDl4j() {
        Agreement last =
                Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .list(
                                        convolution(3, 2, 2).dataFormat(CNN2DFormat.NHWC).build(),
                                        output())
                                .setInputType(InputType.convolutional(5, 5, 2, CNN2DFormat.NHWC))
                                .build(),
                        5,
                        5,
                        2);
        assertEquals(
                List.of("layer0: images with the channels last"), last.translated().notCovered());
    }
}
