package org.evengrad.engine.dl4j.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.buffer.util.DataTypeUtil;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Small networks of DL4J, numbers to fill them with, and gradient checks. */
final class Checks {
    private Checks() {}

    static NeuralNetConfiguration.Builder configuration(DataType type) {
        return new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(type)
                .activation(Activation.TANH)
                .updater(new NoOp());
    }

    /** A chain with random parameters of standard deviation 0.5. */
    static MultiLayerNetwork chain(DataType type, InputType input, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list = configuration(type).list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
        network.init();
        network.setParams(normal(3, 0.5, 1, network.numParams()).castTo(type));
        return network;
    }

    static GraphBuilder graph(DataType type) {
        return configuration(type).graphBuilder();
    }

    static ComputationGraph start(GraphBuilder builder) {
        ComputationGraph network = new ComputationGraph(builder.build());
        network.init();
        network.setParams(
                normal(3, 0.5, 1, network.numParams())
                        .castTo(network.getConfiguration().getDataType()));
        return network;
    }

    /** Normal numbers of mean 0, in doubles. */
    static INDArray normal(long seed, double deviation, long... shape) {
        Random random = new Random(seed);
        INDArray array = Nd4j.create(DataType.DOUBLE, shape, 'c');
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, deviation * random.nextGaussian());
        }
        return array;
    }

    /** One class of some for each row, or for each row and step. */
    static INDArray classes(long seed, int rows, int classes, int steps) {
        Random random = new Random(seed);
        INDArray array = Nd4j.zeros(DataType.DOUBLE, rows, classes, steps);
        for (int row = 0; row < rows; row++) {
            for (int t = 0; t < steps; t++) {
                array.putScalar(row, random.nextInt(classes), t, 1);
            }
        }
        return array;
    }

    static INDArray classes(long seed, int rows, int classes) {
        return classes(seed, rows, classes, 1).reshape(rows, classes);
    }

    /** A mask {@code [lengths, steps]}: ones for the length of each row, then zeros. */
    static INDArray mask(int steps, int... lengths) {
        INDArray mask = Nd4j.zeros(DataType.DOUBLE, lengths.length, steps);
        for (int row = 0; row < lengths.length; row++) {
            for (int t = 0; t < lengths[row]; t++) {
                mask.putScalar(row, t, 1);
            }
        }
        return mask;
    }

    /**
     * Checks the gradient of a network in doubles against central differences along random
     * directions, for each parameter tensor by itself. The masks may be null.
     */
    static void assertGradients(
            MultiLayerNetwork network,
            INDArray input,
            INDArray labels,
            INDArray inputMask,
            INDArray labelMask) {
        Runnable compute =
                () -> {
                    network.setInput(input);
                    network.setLabels(labels);
                    network.setLayerMaskArrays(inputMask, labelMask);
                    network.computeGradientAndScore();
                };
        compute.run();
        INDArray gradient = network.getFlattenedGradients().dup();
        assertSlopes(network, compute, gradient, (int) input.size(0));
    }

    static void assertGradients(MultiLayerNetwork network, INDArray input, INDArray labels) {
        assertGradients(network, input, labels, null, null);
    }

    static void assertGradients(
            ComputationGraph network, INDArray input, INDArray labels, INDArray mask) {
        Runnable compute =
                () -> {
                    network.setInputs(input);
                    network.setLabels(labels);
                    if (mask != null) {
                        network.setLayerMaskArrays(new INDArray[] {mask}, new INDArray[] {mask});
                    }
                    network.computeGradientAndScore();
                };
        network.initGradientsView();
        compute.run();
        INDArray gradient = network.getFlattenedGradients().dup();
        assertSlopes(network, compute, gradient, (int) input.size(0));
    }

    static void assertGradients(ComputationGraph network, INDArray input, INDArray labels) {
        assertGradients(network, input, labels, null);
    }

    /** DL4J's gradient is the sum over rows, its score the mean. */
    private static void assertSlopes(
            NeuralNetwork network, Runnable compute, INDArray gradient, int rows) {
        Model model = (Model) network;
        INDArray parameters = network.params();
        Random random = new Random(5);
        int from = 0;
        for (Map.Entry<String, INDArray> tensor : model.paramTable().entrySet()) {
            int to = from + (int) tensor.getValue().length();
            for (int trial = 0; trial < 3; trial++) {
                double[] direction = new double[to - from];
                double expected = 0;
                for (int i = from; i < to; i++) {
                    direction[i - from] = random.nextGaussian();
                    expected += direction[i - from] * gradient.getDouble(i) / rows;
                }
                double step = 1e-5;
                move(parameters, from, direction, step);
                compute.run();
                double above = model.score();
                move(parameters, from, direction, -2 * step);
                compute.run();
                double below = model.score();
                move(parameters, from, direction, step);
                double slope = (above - below) / (2 * step);
                assertEquals(
                        slope,
                        expected,
                        1e-7 * Math.max(1, Math.abs(slope)),
                        tensor.getKey() + " of " + model.paramTable().keySet());
            }
            from = to;
        }
        assertEquals(parameters.length(), from);
        assertTrue(gradient.norm2Number().doubleValue() > 1e-3, "no gradient to check");
    }

    private static void move(INDArray parameters, int from, double[] direction, double step) {
        for (int i = 0; i < direction.length; i++) {
            parameters.putScalar(from + i, parameters.getDouble(from + i) + step * direction[i]);
        }
    }

    /**
     * Makes doubles the default type meanwhile: with a mask, DL4J's LastTimeStep copies into that
     * type, and rounding to floats would drown the differences.
     */
    static void withDoublesByDefault(Runnable check) {
        DataType before = Nd4j.dataType();
        DataTypeUtil.setDTypeForContext(DataType.DOUBLE);
        try {
            check.run();
        } finally {
            DataTypeUtil.setDTypeForContext(before);
        }
    }

    static MultiLayerNetwork reopened(MultiLayerNetwork network, Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "model", ".zip");
        ModelSerializer.writeModel(network, file.toFile(), false);
        return ModelSerializer.restoreMultiLayerNetwork(file.toFile());
    }

    static ComputationGraph reopened(ComputationGraph network, Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "model", ".zip");
        ModelSerializer.writeModel(network, file.toFile(), false);
        return ModelSerializer.restoreComputationGraph(file.toFile());
    }

    static void assertClose(INDArray expected, INDArray actual, double tolerance) {
        assertEquals(
                java.util.Arrays.toString(expected.shape()),
                java.util.Arrays.toString(actual.shape()));
        double[] right = expected.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        double[] found = actual.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        for (int i = 0; i < right.length; i++) {
            assertEquals(right[i], found[i], tolerance, "element " + i);
        }
    }
}
