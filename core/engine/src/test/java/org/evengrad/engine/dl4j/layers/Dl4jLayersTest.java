package org.evengrad.engine.dl4j.layers;

import static org.evengrad.engine.dl4j.layers.Checks.assertClose;
import static org.evengrad.engine.dl4j.layers.Checks.assertGradients;
import static org.evengrad.engine.dl4j.layers.Checks.chain;
import static org.evengrad.engine.dl4j.layers.Checks.classes;
import static org.evengrad.engine.dl4j.layers.Checks.mask;
import static org.evengrad.engine.dl4j.layers.Checks.normal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What DL4J 1.0.0-M2.1 itself does: facts that building models from its layers rests on. */
@ExtendWith(OneThread.class)
class Dl4jLayersTest {
    private static final InputType SEQUENCE = InputType.recurrent(2, 4);
    private static final InputType IMAGE = InputType.convolutional(4, 4, 4);

    private static Layer lstm() {
        return new LSTM.Builder().nOut(3).activation(Activation.TANH).build();
    }

    private static Layer simple() {
        return new SimpleRnn.Builder().nOut(3).build();
    }

    private static Layer output() {
        return new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build();
    }

    private static Layer stepOutput() {
        return new RnnOutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build();
    }

    private static String shapes(MultiLayerNetwork network) {
        Map<String, String> shapes = new TreeMap<>();
        for (Map.Entry<String, INDArray> tensor : network.getLayer(0).paramTable().entrySet()) {
            INDArray array = tensor.getValue();
            shapes.put(tensor.getKey(), Arrays.toString(array.shape()) + array.ordering());
        }
        return shapes.toString();
    }

    @Test
    void shapesOfParameters() {
        assertEquals(
                "{RW=[3, 12]f, W=[2, 12]f, b=[12]f}",
                shapes(chain(DataType.FLOAT, SEQUENCE, lstm(), stepOutput())));
        assertEquals(
                "{RW=[3, 3]f, W=[2, 3]f, b=[3]f}",
                shapes(chain(DataType.FLOAT, SEQUENCE, simple(), stepOutput())));
        assertEquals(
                "{bRW=[3, 12]f, bW=[2, 12]f, bb=[12]f, fRW=[3, 12]f, fW=[2, 12]f, fb=[12]f}",
                shapes(
                        chain(
                                DataType.FLOAT,
                                SEQUENCE,
                                new Bidirectional(Bidirectional.Mode.CONCAT, lstm()),
                                stepOutput())));
        assertEquals(
                "{W=[2, 2, 4, 3]c, b=[12]f}",
                shapes(chain(DataType.FLOAT, IMAGE, depthwise(3), output())));
        assertEquals(
                "{W=[5, 3]f}",
                shapes(
                        chain(
                                DataType.FLOAT,
                                InputType.recurrent(5, 4),
                                embedding(),
                                stepOutput())));
    }

    private static Layer depthwise(int multiplier) {
        return new DepthwiseConvolution2D.Builder(2, 2).depthMultiplier(multiplier).build();
    }

    private static Layer embedding() {
        return new EmbeddingSequenceLayer.Builder().nIn(5).nOut(3).inferInputLength(true).build();
    }

    @Test
    void depthwiseConvolutionPassesTheGradientCheck() {
        assertGradients(
                chain(DataType.DOUBLE, IMAGE, depthwise(2), output()),
                normal(1, 1, 2, 4, 4, 4),
                classes(2, 2, 2));
    }

    @Test
    void anEmbeddingTakesSymbolsWithAndWithoutAnAxisOfChannels() {
        MultiLayerNetwork network =
                chain(
                        DataType.DOUBLE,
                        InputType.recurrent(5, 4),
                        embedding(),
                        lstm(),
                        stepOutput());
        INDArray symbols = Nd4j.createFromArray(new double[][] {{0, 4, 2, 1}, {3, 3, 0, 1}});
        INDArray channel = symbols.reshape(2, 1, 4);
        assertEquals(network.output(symbols), network.output(channel));
        INDArray rows = network.feedForward(symbols).get(1);
        assertClose(
                network.getLayer(0).getParam("W").getRow(4), rows.tensorAlongDimension(1, 1), 0);
        assertGradients(network, channel, classes(2, 2, 2, 4));
    }

    @Test
    void recurrentLayersPassTheGradientCheck() {
        INDArray input = normal(1, 1, 2, 2, 4);
        INDArray labels = classes(2, 2, 2, 4);
        assertGradients(chain(DataType.DOUBLE, SEQUENCE, lstm(), stepOutput()), input, labels);
        assertGradients(chain(DataType.DOUBLE, SEQUENCE, simple(), stepOutput()), input, labels);
        INDArray mask = mask(4, 4, 2);
        assertGradients(
                chain(
                        DataType.DOUBLE,
                        SEQUENCE,
                        new Bidirectional(Bidirectional.Mode.CONCAT, lstm()),
                        stepOutput()),
                input,
                labels,
                mask,
                mask);
        MultiLayerNetwork last =
                chain(DataType.DOUBLE, SEQUENCE, new LastTimeStep(lstm()), output());
        Checks.withDoublesByDefault(
                () -> assertGradients(last, input, classes(2, 2, 2), mask, null));
    }

    /** Whether padding leaks into the outputs of the steps that count. */
    private static boolean seesPadding(Layer recurrent, boolean last) {
        MultiLayerNetwork network =
                chain(DataType.DOUBLE, SEQUENCE, recurrent, last ? output() : stepOutput());
        INDArray mask = mask(4, 4, 2);
        INDArray input = normal(1, 1, 2, 2, 4);
        INDArray changed = input.dup();
        changed.putScalar(1, 0, 3, 9);
        INDArray before = network.output(input, false, mask, null);
        INDArray after = network.output(changed, false, mask, null);
        if (last) {
            return !before.equals(after);
        }
        for (int t = 0; t < 2; t++) {
            if (before.getDouble(1, 0, t) != after.getDouble(1, 0, t)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whichLayersKeepPaddingOut() {
        assertTrue(!seesPadding(lstm(), false));
        assertTrue(!seesPadding(new LastTimeStep(lstm()), true));
        assertTrue(!seesPadding(new LastTimeStep(simple()), true));
        assertTrue(!seesPadding(new Bidirectional(Bidirectional.Mode.CONCAT, simple()), false));
        // DL4J's LSTM is not told of the mask here: backwards it reads the padding first.
        assertTrue(seesPadding(new Bidirectional(Bidirectional.Mode.CONCAT, lstm()), false));
    }

    @Test
    void aSubsetOfChannelsLosesItsNumberOfChannels() {
        InputType type = new SubsetVertex(0, 1).getOutputType(0, IMAGE);
        assertEquals(0, ((InputType.InputTypeConvolutional) type).getChannels());
    }

    private static GraphBuilder squeezeAndExcite(DataType type) {
        return Checks.graph(type)
                .addInputs("in")
                .setInputTypes(IMAGE)
                .addLayer(
                        "conv",
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(4)
                                .convolutionMode(ConvolutionMode.Same)
                                .build(),
                        "in")
                .addLayer("squeeze", new GlobalPoolingLayer(PoolingType.AVG), "conv")
                .addLayer("reduce", new DenseLayer.Builder().nOut(2).build(), "squeeze")
                .addLayer(
                        "expand",
                        new DenseLayer.Builder().nOut(4).activation(Activation.SIGMOID).build(),
                        "reduce")
                .addVertex("scale", new ScaleChannelsVertex(), "conv", "expand")
                .addLayer("out", output(), "scale")
                .setOutputs("out");
    }

    @Test
    void squeezeAndExciteScalesChannels(@TempDir Path folder) throws IOException {
        ComputationGraph network = Checks.start(squeezeAndExcite(DataType.DOUBLE));
        INDArray input = normal(1, 1, 2, 4, 4, 4);
        Map<String, INDArray> outputs = network.feedForward(input, false);
        for (int row = 0; row < 2; row++) {
            for (int channel = 0; channel < 4; channel++) {
                assertEquals(
                        outputs.get("conv").getDouble(row, channel, 3, 1)
                                * outputs.get("expand").getDouble(row, channel),
                        outputs.get("scale").getDouble(row, channel, 3, 1),
                        1e-12);
            }
        }
        assertGradients(network, input, classes(2, 2, 2));
        assertEquals(
                network.outputSingle(input), Checks.reopened(network, folder).outputSingle(input));
    }
}
