package org.evengrad.engine.dl4j.layers;

import static org.evengrad.engine.dl4j.layers.Checks.assertClose;
import static org.evengrad.engine.dl4j.layers.Checks.assertGradients;
import static org.evengrad.engine.dl4j.layers.Checks.chain;
import static org.evengrad.engine.dl4j.layers.Checks.classes;
import static org.evengrad.engine.dl4j.layers.Checks.mask;
import static org.evengrad.engine.dl4j.layers.Checks.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layer normalization against its formula and finite differences. */
@ExtendWith(OneThread.class)
class LayerNormalizationLayerTest {
    private static final InputType FLAT = InputType.feedForward(4);
    private static final InputType SEQUENCE = InputType.recurrent(4, 3);
    private static final InputType IMAGE = InputType.convolutional(3, 4, 2);

    private static Layer layerNorm() {
        return new LayerNormalizationLayer.Builder().build();
    }

    private static Layer dense() {
        return new DenseLayer.Builder().nOut(5).build();
    }

    private static Layer convolution() {
        return new ConvolutionLayer.Builder(2, 2).nOut(3).build();
    }

    private static Layer output() {
        return new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build();
    }

    private static Layer stepOutput() {
        return new RnnOutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build();
    }

    /** Normalizes some elements of an array, given by their places, in doubles. */
    private static double[] normalized(INDArray input, List<long[]> places) {
        double mean = 0;
        for (long[] place : places) {
            mean += input.getDouble(place) / places.size();
        }
        double variance = 0;
        for (long[] place : places) {
            double distance = input.getDouble(place) - mean;
            variance += distance * distance / places.size();
        }
        double[] result = new double[places.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = (input.getDouble(places.get(i)) - mean) / Math.sqrt(variance + 1e-5);
        }
        return result;
    }

    /** All places of one group: a row, or with a step given that step of a row. */
    private static List<long[]> group(INDArray input, int row, int step) {
        List<long[]> places = new java.util.ArrayList<>();
        for (int feature = 0; feature < input.size(1); feature++) {
            if (input.rank() == 2) {
                places.add(new long[] {row, feature});
            } else if (input.rank() == 3) {
                places.add(new long[] {row, feature, step});
            } else {
                for (int y = 0; y < input.size(2); y++) {
                    for (int x = 0; x < input.size(3); x++) {
                        places.add(new long[] {row, feature, y, x});
                    }
                }
            }
        }
        return places;
    }

    private static void assertFormula(MultiLayerNetwork network, INDArray input, double tolerance) {
        INDArray output = network.feedForward(input).get(1);
        Map<String, INDArray> table = network.getLayer(0).paramTable();
        int steps = input.rank() == 3 ? (int) input.size(2) : 1;
        for (int row = 0; row < input.size(0); row++) {
            for (int step = 0; step < steps; step++) {
                List<long[]> places = group(input, row, step);
                double[] expected = normalized(input, places);
                for (int i = 0; i < expected.length; i++) {
                    long feature = places.get(i)[1];
                    assertEquals(
                            table.get("g").getDouble(0, feature) * expected[i]
                                    + table.get("b").getDouble(0, feature),
                            output.getDouble(places.get(i)),
                            tolerance);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, c, 1e-6", "FLOAT, f, 1e-6", "DOUBLE, c, 1e-13", "DOUBLE, f, 1e-13"})
    void computesItsFormula(DataType type, char order, double tolerance) {
        assertFormula(
                chain(type, FLAT, layerNorm(), output()),
                normal(1, 2, 3, 4).addi(5).castTo(type).dup(order),
                tolerance);
        assertFormula(
                chain(type, SEQUENCE, layerNorm(), stepOutput()),
                normal(1, 2, 2, 4, 3).castTo(type).dup(order),
                tolerance);
        assertFormula(
                chain(type, IMAGE, layerNorm(), output()),
                normal(1, 2, 2, 2, 3, 4).castTo(type).dup(order),
                tolerance);
    }

    @Test
    void passesTheGradientCheckOnFeatures() {
        assertGradients(
                chain(DataType.DOUBLE, FLAT, dense(), layerNorm(), dense(), output()),
                normal(1, 1, 3, 4),
                classes(2, 3, 2));
    }

    @Test
    void passesTheGradientCheckOnSequencesWithAMask() {
        INDArray mask = mask(3, 3, 1);
        assertGradients(
                chain(
                        DataType.DOUBLE,
                        SEQUENCE,
                        layerNorm(),
                        new GruLayer.Builder().nOut(3).build(),
                        layerNorm(),
                        stepOutput()),
                normal(1, 1, 2, 4, 3),
                classes(2, 2, 2, 3),
                mask,
                mask);
    }

    @Test
    void passesTheGradientCheckOnImages() {
        assertGradients(
                chain(DataType.DOUBLE, IMAGE, convolution(), layerNorm(), convolution(), output()),
                normal(1, 1, 2, 2, 3, 4),
                classes(2, 2, 2));
    }

    @Test
    void passesTheGradientCheckInAGraph() {
        ComputationGraph network =
                Checks.start(
                        Checks.graph(DataType.DOUBLE)
                                .addInputs("in")
                                .setInputTypes(IMAGE)
                                .addLayer("conv", convolution(), "in")
                                .addLayer("norm", layerNorm(), "conv")
                                .addLayer("out", output(), "norm")
                                .setOutputs("out"));
        assertGradients(network, normal(1, 1, 2, 2, 3, 4), classes(2, 2, 2));
    }

    @Test
    void aMaskedStepYieldsZeros() {
        MultiLayerNetwork network = chain(DataType.FLOAT, SEQUENCE, layerNorm(), stepOutput());
        for (char order : new char[] {'c', 'f'}) {
            network.setLayerMaskArrays(mask(3, 3, 1).castTo(DataType.FLOAT), null);
            INDArray input = normal(1, 1, 2, 4, 3).castTo(DataType.FLOAT).dup(order);
            INDArray output = network.feedForward(input).get(1);
            for (int i = 0; i < 4; i++) {
                assertEquals(0, output.getDouble(1, i, 1));
                assertEquals(0, output.getDouble(1, i, 2));
                assertTrue(Math.abs(output.getDouble(0, i, 2)) > 1e-3);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void floatsAgreeWithDoubles(int kind) {
        InputType type = List.of(FLAT, SEQUENCE, IMAGE).get(kind);
        INDArray input =
                List.of(normal(1, 1, 3, 4), normal(1, 1, 3, 4, 3), normal(1, 1, 3, 2, 3, 4))
                        .get(kind)
                        .castTo(DataType.FLOAT);
        INDArray labels = kind == 1 ? classes(2, 3, 2, 3) : classes(2, 3, 2);
        Layer[] layers = {layerNorm(), kind == 1 ? stepOutput() : output()};
        MultiLayerNetwork fast = chain(DataType.FLOAT, type, layers);
        MultiLayerNetwork slow = chain(DataType.DOUBLE, type, layers);
        slow.setParams(fast.params().castTo(DataType.DOUBLE));
        for (MultiLayerNetwork network : List.of(fast, slow)) {
            DataType data = network == fast ? DataType.FLOAT : DataType.DOUBLE;
            network.setInput(input.castTo(data));
            network.setLabels(labels.castTo(data));
            network.computeGradientAndScore();
        }
        assertClose(slow.getFlattenedGradients(), fast.getFlattenedGradients(), 3e-6);
    }

    @Test
    void savesAndReopens(@TempDir Path folder) throws IOException {
        MultiLayerNetwork network =
                chain(DataType.FLOAT, IMAGE, convolution(), layerNorm(), output());
        MultiLayerNetwork again = Checks.reopened(network, folder);
        INDArray input = normal(1, 1, 2, 2, 3, 4).castTo(DataType.FLOAT);
        assertEquals(network.output(input), again.output(input));
        assertEquals(network.getLayerWiseConfigurations(), again.getLayerWiseConfigurations());
    }

    @Test
    void startsWithAGainOfOneAndABiasOfZeroThatNoPenaltyReaches() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        Checks.configuration(DataType.FLOAT)
                                .l2(0.1)
                                .list()
                                .layer(layerNorm())
                                .layer(output())
                                .setInputType(FLAT)
                                .build());
        network.init();
        Map<String, INDArray> table = network.getLayer(0).paramTable();
        assertEquals(List.of("g", "b"), List.copyOf(table.keySet()));
        assertArrayEquals(new long[] {1, 4}, table.get("g").shape());
        assertArrayEquals(
                new double[] {1, 1, 1, 1, 0, 0, 0, 0},
                network.getLayer(0).params().dup().data().asDouble());
        assertEquals(0, network.getLayer(0).calcRegularizationScore(true));
    }

    @Test
    void flatPixelsBecomeAnImageFirst() {
        MultiLayerNetwork network =
                chain(
                        DataType.FLOAT,
                        InputType.convolutionalFlat(3, 4, 2),
                        layerNorm(),
                        convolution(),
                        output());
        assertArrayEquals(
                new long[] {2, 2},
                network.output(normal(1, 1, 2, 24).castTo(DataType.FLOAT)).shape());
    }

    @Test
    void refusesStepsBeforeFeaturesAndAnotherWidth() {
        IllegalStateException refusal =
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                chain(
                                        DataType.FLOAT,
                                        InputType.recurrent(4, 3, RNNFormat.NWC),
                                        layerNorm(),
                                        stepOutput()));
        assertTrue(refusal.getMessage().contains("NCW"), refusal.getMessage());
        MultiLayerNetwork network = chain(DataType.FLOAT, FLAT, layerNorm(), output());
        assertThrows(
                DL4JInvalidInputException.class,
                () -> network.output(normal(1, 1, 2, 5).castTo(DataType.FLOAT)));
    }
}
