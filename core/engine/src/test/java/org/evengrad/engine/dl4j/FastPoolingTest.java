package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Fast pooling of images against DL4J's. */
class FastPoolingTest {
    /** A convolution on an image of 2x7x8, some layers, and an output. */
    private static Agreement chain(Activation activation, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder()
                        .list()
                        .layer(
                                new ConvolutionLayer.Builder(1, 1)
                                        .nOut(3)
                                        .activation(activation)
                                        .build());
        for (Layer layer : layers) {
            list.layer(layer);
        }
        list.layer(
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nOut(3)
                                .activation(Activation.SOFTMAX)
                                .build())
                .setInputType(InputType.convolutional(7, 8, 2));
        return Agreement.of(list.build(), 2, 7, 8);
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
        int[] none = sides(0, 0);
        int[] one = sides(1, 1);
        return Stream.of(
                window(truncate, sides(2, 2), sides(2, 2), one, none),
                window(truncate, sides(3, 3), sides(2, 2), one, none),
                window(truncate, sides(2, 3), sides(3, 2), one, sides(1, 1)),
                window(truncate, sides(3, 2), one, one, none),
                window(truncate, sides(2, 2), one, sides(2, 3), none),
                window(truncate, sides(7, 8), one, one, none),
                window(same, sides(2, 2), sides(2, 2), one, none),
                window(same, sides(3, 3), one, one, none),
                window(same, sides(3, 4), sides(2, 3), one, none),
                window(same, sides(3, 3), sides(2, 2), sides(2, 1), none));
    }

    private static SubsamplingLayer.Builder pooling(PoolingType type, Object... window) {
        return new SubsamplingLayer.Builder(type)
                .convolutionMode((ConvolutionMode) window[0])
                .kernelSize((int[]) window[1])
                .stride((int[]) window[2])
                .dilation((int[]) window[3])
                .padding((int[]) window[4]);
    }

    @ParameterizedTest
    @MethodSource("windows")
    void agreesForTheMaximum(
            ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding) {
        chain(
                        Activation.TANH,
                        pooling(PoolingType.MAX, mode, kernel, stride, dilation, padding).build())
                .onlyInFloats()
                .holds();
    }

    @ParameterizedTest
    @MethodSource("windows")
    void agreesForTheMean(
            ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding) {
        for (boolean padded : new boolean[] {false, true}) {
            chain(
                            Activation.TANH,
                            pooling(PoolingType.AVG, mode, kernel, stride, dilation, padding)
                                    .avgPoolIncludePadInDivisor(padded)
                                    .build())
                    .onlyInFloats()
                    .holds();
        }
    }

    /** Where all are 1, the first has the error, in DL4J as well. */
    @ParameterizedTest
    @MethodSource("windows")
    void agreesOnWhichOfEqualNumbersIsTheLargest(
            ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding) {
        chain(
                        Activation.HARDTANH,
                        new ConvolutionLayer.Builder(1, 1)
                                .nOut(3)
                                .activation(Activation.IDENTITY)
                                .build(),
                        pooling(PoolingType.MAX, mode, kernel, stride, dilation, padding).build())
                .scale(5, 1e-4)
                .onlyInFloats()
                .holds();
    }

    @ParameterizedTest
    @EnumSource(
            value = PoolingType.class,
            names = {"AVG", "MAX", "SUM"})
    void agreesForWholeChannels(PoolingType type) {
        chain(Activation.TANH, new GlobalPoolingLayer.Builder(type).build())
                .scale(0.1, 5e-5)
                .holds();
    }

    @Test
    void agreesForWholeChannelsThatRemainImages() {
        chain(
                        Activation.TANH,
                        new GlobalPoolingLayer.Builder(PoolingType.AVG)
                                .collapseDimensions(false)
                                .build(),
                        new ConvolutionLayer.Builder(1, 1).nOut(2).build())
                .holds();
    }

    @Test
    void agreesForSeveralGroupsOfExamples() {
        chain(
                        Activation.TANH,
                        new SubsamplingLayer.Builder(PoolingType.MAX)
                                .kernelSize(2, 2)
                                .stride(2, 2)
                                .build(),
                        new SubsamplingLayer.Builder(PoolingType.AVG)
                                .kernelSize(2, 2)
                                .stride(1, 1)
                                .build())
                .onlyInFloats()
                .rows(71)
                .holds();
    }

    @Test
    void leavesOtherMeansToDl4j() {
        assertEquals(
                List.of("layer1: pooling PNORM"),
                chain(
                                Activation.TANH,
                                new SubsamplingLayer.Builder(PoolingType.PNORM)
                                        .pnorm(2)
                                        .kernelSize(2, 2)
                                        .build())
                        .translated()
                        .notCovered());
        assertEquals(
                List.of("layer1: pooling PNORM"),
                chain(
                                Activation.TANH,
                                new GlobalPoolingLayer.Builder(PoolingType.PNORM).pnorm(2).build())
                        .translated()
                        .notCovered());
    }
}
