package org.evengrad.engine.dl4j.layers;

import static org.evengrad.engine.dl4j.layers.Checks.assertClose;
import static org.evengrad.engine.dl4j.layers.Checks.assertGradients;
import static org.evengrad.engine.dl4j.layers.Checks.chain;
import static org.evengrad.engine.dl4j.layers.Checks.classes;
import static org.evengrad.engine.dl4j.layers.Checks.mask;
import static org.evengrad.engine.dl4j.layers.Checks.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.regularization.L2Regularization;

/** The gated recurrent unit against its formula, finite differences, and DL4J's ways. */
@ExtendWith(OneThread.class)
class GruLayerTest {
    private static final int ROWS = 3;
    private static final int INPUTS = 2;
    private static final int UNITS = 3;
    private static final int STEPS = 5;
    private static final int CLASSES = 3;
    private static final INDArray INPUT = normal(1, 1, ROWS, INPUTS, STEPS);
    private static final INDArray LABELS = classes(2, ROWS, CLASSES, STEPS);
    private static final INDArray MASK = mask(STEPS, 5, 2, 4);

    private static GruLayer gru() {
        return new GruLayer.Builder().nOut(UNITS).build();
    }

    private static Layer stepOutput() {
        return new RnnOutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build();
    }

    private static Layer output() {
        return new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build();
    }

    private static MultiLayerNetwork network(DataType type, Layer... layers) {
        return chain(type, InputType.recurrent(INPUTS, STEPS), layers);
    }

    private static double[] parametersOf(MultiLayerNetwork network, int layer) {
        return network.getLayer(layer).params().castTo(DataType.DOUBLE).dup().data().asDouble();
    }

    private static double[] ones() {
        double[] ones = new double[STEPS];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static double[][] formula(
            MultiLayerNetwork network, INDArray input, int row, double[] initial, double[] kept) {
        return new GruFormula(INPUTS, UNITS, Math::tanh)
                .states(parametersOf(network, 0), GruFormula.example(input, row), initial, kept);
    }

    private static void assertStates(
            double[][] expected, INDArray states, int row, double tolerance) {
        for (int t = 0; t < expected.length; t++) {
            for (int j = 0; j < UNITS; j++) {
                assertEquals(expected[t][j], states.getDouble(row, j, t), tolerance);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, c, 2e-7", "FLOAT, f, 2e-7", "DOUBLE, c, 1e-14", "DOUBLE, f, 1e-14"})
    void computesItsFormula(DataType type, char order, double tolerance) {
        MultiLayerNetwork network = network(type, gru(), stepOutput());
        INDArray states = network.feedForward(INPUT.castTo(type).dup(order)).get(1);
        for (int row = 0; row < ROWS; row++) {
            assertStates(
                    formula(network, INPUT.castTo(type), row, new double[UNITS], ones()),
                    states,
                    row,
                    tolerance);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void aMaskedStepYieldsZerosAndForgetsTheState(DataType type) {
        MultiLayerNetwork network = network(type, gru(), stepOutput());
        INDArray mask = MASK.dup();
        mask.putScalar(0, 2, 0);
        network.setLayerMaskArrays(mask.castTo(type), null);
        INDArray states = network.feedForward(INPUT.castTo(type)).get(1);
        for (int row = 0; row < ROWS; row++) {
            assertStates(
                    formula(
                            network,
                            INPUT.castTo(type),
                            row,
                            new double[UNITS],
                            mask.getRow(row).toDoubleVector()),
                    states,
                    row,
                    2e-7);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"TANH", "SIGMOID", "IDENTITY"})
    void passesTheGradientCheck(Activation activation) {
        GruLayer gru = new GruLayer.Builder().nOut(UNITS).activation(activation).build();
        MultiLayerNetwork network = network(DataType.DOUBLE, gru, stepOutput());
        assertGradients(network, INPUT, LABELS);
    }

    @Test
    void passesTheGradientCheckWithMasks() {
        MultiLayerNetwork network = network(DataType.DOUBLE, gru(), gru(), stepOutput());
        assertGradients(network, INPUT, LABELS, MASK, MASK);
    }

    @Test
    void passesTheGradientCheckInBothDirectionsWithMasks() {
        MultiLayerNetwork network =
                network(
                        DataType.DOUBLE,
                        new Bidirectional(Bidirectional.Mode.CONCAT, gru()),
                        stepOutput());
        assertGradients(network, INPUT, LABELS, MASK, MASK);
    }

    @Test
    void passesTheGradientCheckBeforeTheLastStepAlone() {
        MultiLayerNetwork network = network(DataType.DOUBLE, new LastTimeStep(gru()), output());
        Checks.withDoublesByDefault(
                () -> assertGradients(network, INPUT, classes(4, ROWS, CLASSES), MASK, null));
    }

    @Test
    void passesTheGradientCheckInAGraphThatBranches() {
        ComputationGraph network =
                Checks.start(
                        Checks.graph(DataType.DOUBLE)
                                .addInputs("in")
                                .setInputTypes(InputType.recurrent(INPUTS, STEPS))
                                .addLayer("left", gru(), "in")
                                .addLayer("right", gru(), "left")
                                .addVertex("both", new MergeVertex(), "left", "right")
                                .addLayer("out", stepOutput(), "both")
                                .setOutputs("out"));
        assertGradients(network, INPUT, LABELS);
    }

    /** What is read backwards must not see the padding at its end first. */
    @Test
    void whatStandsInPaddingChangesNothing() {
        MultiLayerNetwork network =
                network(
                        DataType.FLOAT,
                        new Bidirectional(Bidirectional.Mode.CONCAT, gru()),
                        new LastTimeStep(gru()),
                        output());
        INDArray input = INPUT.castTo(DataType.FLOAT);
        INDArray changed = input.dup();
        changed.putScalar(1, 0, 2, 9);
        changed.putScalar(2, 1, 4, -9);
        INDArray mask = MASK.castTo(DataType.FLOAT);
        assertEquals(
                network.output(input, false, mask, null),
                network.output(changed, false, mask, null));
        assertNotEquals(network.output(input), network.output(changed));
    }

    @ParameterizedTest
    @CsvSource({"true, TANH", "false, TANH", "true, SOFTSIGN"})
    void theFastPathAgreesWithDoublePrecision(boolean masked, Activation activation) {
        Layer[] layers = {
            new Bidirectional(
                    Bidirectional.Mode.ADD,
                    new GruLayer.Builder().nOut(40).activation(activation).build()),
            new GruLayer.Builder().nOut(17).activation(activation).build(),
            stepOutput()
        };
        MultiLayerNetwork slow = network(DataType.DOUBLE, layers);
        slow.setParams(slow.params().mul(0.3).castTo(DataType.FLOAT).castTo(DataType.DOUBLE));
        MultiLayerNetwork fast = network(DataType.FLOAT, layers);
        fast.setParams(slow.params().castTo(DataType.FLOAT));
        INDArray input = INPUT.castTo(DataType.FLOAT);
        assertClose(gradient(slow, INPUT, masked), gradient(fast, input, masked), 3e-6);
        assertClose(slow.output(input.castTo(DataType.DOUBLE)), fast.output(input), 1e-6);
    }

    private static INDArray gradient(MultiLayerNetwork network, INDArray input, boolean masked) {
        DataType type = input.dataType();
        network.setInput(INPUT.castTo(DataType.FLOAT).castTo(type));
        network.setLabels(LABELS.castTo(type));
        if (masked) {
            network.setLayerMaskArrays(MASK.castTo(type), MASK.castTo(type));
        }
        network.computeGradientAndScore();
        INDArray gradient = network.getFlattenedGradients().dup();
        network.clear();
        network.clearLayerMaskArrays();
        return gradient;
    }

    @Test
    void memoryThatIsKeptForOneShapeServesOthers() {
        MultiLayerNetwork network = network(DataType.FLOAT, gru(), stepOutput());
        INDArray three = INPUT.castTo(DataType.FLOAT);
        INDArray two =
                three.get(
                                NDArrayIndex.interval(0, 2),
                                NDArrayIndex.all(),
                                NDArrayIndex.interval(1, 4))
                        .dup();
        INDArray first = network.output(three).dup();
        INDArray second = network.output(two).dup();
        assertEquals(first, network.output(three));
        assertEquals(second, network.output(two));
        assertNotEquals(first.getDouble(0, 0, 1), second.getDouble(0, 0, 0), "another first step");
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, 2, 3e-5", "DOUBLE, 2, 1e-8", "DOUBLE, 5, 1e-8", "FLOAT, 9, 3e-5"})
    void truncatedBackpropagationStopsAtItsLength(DataType type, int length, double tolerance) {
        MultiLayerNetwork network = network(type, gru(), stepOutput());
        network.initGradientsView();
        RecurrentLayer layer = (RecurrentLayer) network.getLayer(0);
        INDArray before = normal(5, 0.5, ROWS, UNITS).castTo(type);
        INDArray epsilon = normal(6, 1, ROWS, UNITS, STEPS).castTo(type);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        layer.rnnSetTBPTTState(Map.of("prevAct", before));
        layer.rnnSetPreviousState(Map.of("prevAct", before));
        INDArray states =
                layer.rnnActivateUsingStoredState(INPUT.castTo(type), true, true, workspaces);
        Pair<Gradient, INDArray> found =
                layer.tbpttBackpropGradient(epsilon.dup(), length, workspaces);

        assertEquals(
                states.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(STEPS - 1)),
                layer.rnnGetTBPTTState().get("prevAct"));
        int first = Math.max(0, STEPS - length);
        double[] parameters = parametersOf(network, 0);
        double[] expected = new double[parameters.length];
        for (int row = 0; row < ROWS; row++) {
            Truncated truncated = new Truncated(parameters, before, epsilon, row, first);
            for (int i = 0; i < parameters.length; i++) {
                expected[i] += truncated.slope(parameters, i);
            }
            for (int t = 0; t < STEPS; t++) {
                for (int i = 0; i < INPUTS; i++) {
                    assertEquals(
                            t < first ? 0 : truncated.slope(truncated.x[i], t - first),
                            found.getSecond().getDouble(row, i, t),
                            tolerance);
                }
            }
        }
        INDArray flat = network.getLayer(0).getGradientsViewArray();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], flat.getDouble(i), tolerance, "parameter " + i);
        }
    }

    /** The last steps of one example, from the state that the first ones lead to. */
    private static final class Truncated {
        private final GruFormula formula = new GruFormula(INPUTS, UNITS, Math::tanh);
        private final double[] parameters;
        private final double[][] x;
        private final double[] initial;
        private final double[][] weights;

        Truncated(double[] parameters, INDArray before, INDArray epsilon, int row, int first) {
            this.parameters = parameters;
            double[][] whole = GruFormula.example(INPUT, row);
            double[] start = before.getRow(row).castTo(DataType.DOUBLE).toDoubleVector();
            initial =
                    first == 0
                            ? start
                            : formula.states(parameters, whole, start, ones())[first - 1].clone();
            x = new double[INPUTS][];
            for (int i = 0; i < INPUTS; i++) {
                x[i] = Arrays.copyOfRange(whole[i], first, STEPS);
            }
            weights = new double[STEPS - first][UNITS];
            for (int t = first; t < STEPS; t++) {
                for (int j = 0; j < UNITS; j++) {
                    weights[t - first][j] = epsilon.getDouble(row, j, t);
                }
            }
        }

        /** By the central difference at one number that the sum depends on. */
        double slope(double[] numbers, int index) {
            double value = numbers[index];
            numbers[index] = value + 1e-5;
            double above = formula.weightedSum(parameters, x, initial, ones(), weights);
            numbers[index] = value - 1e-5;
            double below = formula.weightedSum(parameters, x, initial, ones(), weights);
            numbers[index] = value;
            return (above - below) / 2e-5;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void stepByStepEqualsTheWholeSequence(DataType type) {
        MultiLayerNetwork network = network(type, gru(), gru(), stepOutput());
        INDArray input = INPUT.castTo(type);
        INDArray whole = network.output(input);
        for (int t = 0; t < STEPS; t++) {
            INDArray step =
                    network.rnnTimeStep(
                            input.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t))
                                    .dup());
            assertClose(
                    whole.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t)),
                    step,
                    1e-6);
        }
        network.rnnClearPreviousState();
        INDArray parts =
                network.rnnTimeStep(
                        input.get(
                                NDArrayIndex.all(),
                                NDArrayIndex.all(),
                                NDArrayIndex.interval(0, 4)));
        assertClose(
                whole.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 4)),
                parts,
                1e-6);
    }

    @Test
    void savesAndReopens(@TempDir Path folder) throws IOException {
        GruLayer gru =
                new GruLayer.Builder()
                        .nOut(UNITS)
                        .activation(Activation.SOFTSIGN)
                        .l2(0.1)
                        .name("memory")
                        .build();
        MultiLayerNetwork network =
                network(
                        DataType.FLOAT,
                        gru,
                        new Bidirectional(Bidirectional.Mode.CONCAT, gru()),
                        stepOutput());
        MultiLayerNetwork again = Checks.reopened(network, folder);
        INDArray input = INPUT.castTo(DataType.FLOAT);
        assertEquals(network.output(input), again.output(input));
        assertEquals(network.getLayerWiseConfigurations(), again.getLayerWiseConfigurations());
        assertEquals(
                network.getLayerWiseConfigurations().clone().toJson(),
                again.getLayerWiseConfigurations().toJson());
    }

    @Test
    void isNotEqualToAnotherKindOfLayer() {
        GruLayer gru = new GruLayer.Builder().nIn(2).nOut(3).build();
        assertEquals(new GruLayer.Builder().nIn(2).nOut(3).build(), gru);
        assertNotEquals(new SimpleRnn.Builder().nIn(2).nOut(3).build(), gru);
        assertNotEquals(gru, new SimpleRnn.Builder().nIn(2).nOut(3).build());
    }

    @Test
    void honorsTheWeightInitialization() {
        GruLayer gru =
                new GruLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(UNITS)
                        .weightInit(WeightInit.ZERO)
                        .weightInitRecurrent(WeightInit.ONES)
                        .biasInit(0.25)
                        .build();
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        Checks.configuration(DataType.FLOAT)
                                .list()
                                .layer(gru)
                                .layer(stepOutputOf(UNITS))
                                .build());
        network.init();
        Map<String, INDArray> table = network.getLayer(0).paramTable();
        assertEquals(List.of("W", "RW", "b"), List.copyOf(table.keySet()));
        assertArrayEquals(new long[] {INPUTS, 3 * UNITS}, table.get("W").shape());
        assertArrayEquals(new long[] {UNITS, 3 * UNITS}, table.get("RW").shape());
        assertArrayEquals(new long[] {1, 6 * UNITS}, table.get("b").shape());
        assertEquals(0, table.get("W").maxNumber().doubleValue());
        assertEquals(0, table.get("W").minNumber().doubleValue());
        assertEquals(1, table.get("RW").minNumber().doubleValue());
        assertEquals(0.25, table.get("b").minNumber().doubleValue());
        double[] flat = network.getLayer(0).params().dup().data().asDouble();
        assertEquals(0, flat[3 * UNITS * INPUTS - 1]);
        assertEquals(1, flat[3 * UNITS * INPUTS]);
        assertEquals(0.25, flat[3 * UNITS * (INPUTS + UNITS)]);
    }

    private static Layer stepOutputOf(int inputs) {
        return new RnnOutputLayer.Builder()
                .nIn(inputs)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build();
    }

    @Test
    void drawsWeightsWhereTheConfigurationSaysSo() {
        GruLayer gru =
                new GruLayer.Builder().nIn(50).nOut(60).weightInit(WeightInit.XAVIER).build();
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        Checks.configuration(DataType.FLOAT)
                                .list()
                                .layer(gru)
                                .layer(stepOutputOf(60))
                                .build());
        network.init();
        Map<String, INDArray> table = network.getLayer(0).paramTable();
        assertEquals(Math.sqrt(2.0 / 110), table.get("W").stdNumber().doubleValue(), 0.005);
        assertEquals(Math.sqrt(2.0 / 120), table.get("RW").stdNumber().doubleValue(), 0.005);
        assertEquals(0, table.get("b").stdNumber().doubleValue());
    }

    @Test
    void penaltiesAndConstraintsReachTheRightParameters() {
        GruLayer gru =
                new GruLayer.Builder()
                        .nIn(2)
                        .nOut(3)
                        .l2(0.1)
                        .constrainRecurrent(new MaxNormConstraint(1, 0))
                        .build();
        assertTrue(gru.getRegularizationByParam("W").get(0) instanceof L2Regularization);
        assertTrue(gru.getRegularizationByParam("RW").get(0) instanceof L2Regularization);
        assertTrue(
                gru.getRegularizationByParam("b") == null
                        || gru.getRegularizationByParam("b").isEmpty());
        assertEquals("[RW]", gru.getConstraints().get(0).getParams().toString());
    }

    @Test
    void readsStepsBeforeFeaturesWhenToldSo() {
        GruLayer swapped = new GruLayer.Builder().nOut(UNITS).dataFormat(RNNFormat.NWC).build();
        MultiLayerNetwork features = network(DataType.FLOAT, gru(), stepOutput());
        MultiLayerNetwork steps =
                chain(
                        DataType.FLOAT,
                        InputType.recurrent(INPUTS, STEPS, RNNFormat.NWC),
                        swapped,
                        new RnnOutputLayer.Builder()
                                .nOut(CLASSES)
                                .dataFormat(RNNFormat.NWC)
                                .activation(Activation.SOFTMAX)
                                .build());
        INDArray input = INPUT.castTo(DataType.FLOAT);
        INDArray labels = LABELS.castTo(DataType.FLOAT);
        assertClose(
                features.output(input).permute(0, 2, 1), steps.output(input.permute(0, 2, 1)), 0);
        features.setInput(input);
        features.setLabels(labels);
        features.computeGradientAndScore();
        steps.setInput(input.permute(0, 2, 1).dup());
        steps.setLabels(labels.permute(0, 2, 1).dup());
        steps.computeGradientAndScore();
        assertClose(features.getFlattenedGradients(), steps.getFlattenedGradients(), 1e-6);
    }

    @Test
    void refusesWeightNoise() {
        GruLayer gru = new GruLayer.Builder().nOut(UNITS).weightNoise(new DropConnect(0.5)).build();
        DL4JInvalidConfigException refusal =
                assertThrows(
                        DL4JInvalidConfigException.class,
                        () -> network(DataType.FLOAT, gru, stepOutput()));
        assertTrue(refusal.getMessage().contains("weight noise is not supported"));
    }

    @Test
    void refusesAnotherWidthAndAStateOfOtherRows() {
        MultiLayerNetwork network = network(DataType.FLOAT, gru(), stepOutput());
        assertThrows(
                DL4JInvalidInputException.class,
                () -> network.output(normal(1, 1, ROWS, INPUTS + 1, STEPS)));
        network.rnnTimeStep(INPUT.castTo(DataType.FLOAT));
        DL4JInvalidInputException refusal =
                assertThrows(
                        DL4JInvalidInputException.class,
                        () -> network.rnnTimeStep(normal(1, 1, 2, INPUTS, 1)));
        assertTrue(refusal.getMessage().contains("rnnClearPreviousState()"));
    }

    @ParameterizedTest
    @CsvSource({"false, Standard", "true, Standard", "false, TruncatedBPTT", "true, TruncatedBPTT"})
    void learnsInsideOfWorkspacesWithDropout(boolean inGraph, BackpropType backprop) {
        NeuralNetConfiguration.Builder builder =
                Checks.configuration(DataType.FLOAT).updater(new Adam(0.04));
        GruLayer first = new GruLayer.Builder().nOut(16).dropOut(0.9).build();
        // The class of the step before: to be remembered for one step.
        INDArray input = classes(8, 8, CLASSES, 12).castTo(DataType.FLOAT);
        INDArray labels = input.dup();
        for (int t = 1; t < 12; t++) {
            labels.put(
                    new org.nd4j.linalg.indexing.INDArrayIndex[] {
                        NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t)
                    },
                    input.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t - 1)));
        }
        DataSet data = new DataSet(input, labels);
        double before;
        double after;
        if (inGraph) {
            ComputationGraphConfiguration.GraphBuilder graph =
                    builder.graphBuilder()
                            .addInputs("in")
                            .setInputTypes(InputType.recurrent(CLASSES))
                            .addLayer("gru", first, "in")
                            .addLayer("out", stepOutput(), "gru")
                            .setOutputs("out")
                            .backpropType(backprop)
                            .tBPTTForwardLength(5)
                            .tBPTTBackwardLength(4);
            ComputationGraph network = new ComputationGraph(graph.build());
            network.init();
            before = network.score(data);
            for (int i = 0; i < 25; i++) {
                network.fit(data);
            }
            after = network.score(data);
        } else {
            MultiLayerNetwork network =
                    new MultiLayerNetwork(
                            builder.list()
                                    .layer(first)
                                    .layer(stepOutput())
                                    .setInputType(InputType.recurrent(CLASSES))
                                    .backpropType(backprop)
                                    .tBPTTForwardLength(5)
                                    .tBPTTBackwardLength(4)
                                    .build());
            network.init();
            before = network.score(data);
            for (int i = 0; i < 25; i++) {
                network.fit(data);
            }
            after = network.score(data);
        }
        assertTrue(after < 0.6 * before, before + " -> " + after);
    }
}
