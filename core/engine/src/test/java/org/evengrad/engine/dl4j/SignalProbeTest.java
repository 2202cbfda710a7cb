package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.evengrad.activations.identity.Identity;
import org.evengrad.activations.relu.Relu;
import org.evengrad.activations.sigmoid.Sigmoid;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.random.KeyedRandom;
import org.junit.jupiter.api.Test;

class SignalProbeTest {
    private static final int ROWS = 6;
    private static final long SEED = 4;

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    private static double norm(double[][] rows) {
        double sum = 0;
        for (double[] row : rows) {
            for (double value : row) {
                sum += value * value;
            }
        }
        return Math.sqrt(sum);
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double variance(double[][] rows) {
        double[] values = flat(rows);
        double mean = Arrays.stream(values).average().orElseThrow();
        double sum = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return sum / (values.length - 1);
    }

    /** The same in doubles, where nothing underflows in these networks. */
    private static List<LayerSignal> inDoubles(
            DoubleChain chain, double[] parameters, float[][] examples, DoubleUnaryOperator slope) {
        int layers = chain.layers();
        DoubleChain.Layer[][] forward = new DoubleChain.Layer[ROWS][];
        for (int row = 0; row < ROWS; row++) {
            forward[row] = chain.forward(parameters, examples[row]);
        }
        KeyedRandom random = new KeyedRandom(SEED);
        double[][] delta = new double[ROWS][chain.widths()[layers]];
        for (double[] row : delta) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        List<LayerSignal> signals = new ArrayList<>();
        for (int layer = layers - 1; layer >= 0; layer--) {
            boolean last = layer == layers - 1;
            int width = chain.widths()[layer + 1];
            double[][] z = new double[ROWS][];
            double[][] h = new double[ROWS][];
            double[][] atWeights = new double[ROWS][width];
            double[][] before = new double[ROWS][chain.widths()[layer]];
            double largest = 0;
            for (int row = 0; row < ROWS; row++) {
                z[row] = forward[row][layer].preActivation();
                h[row] = last ? z[row] : forward[row][layer].output();
                for (int unit = 0; unit < width; unit++) {
                    largest = Math.max(largest, Math.abs(h[row][unit]));
                    atWeights[row][unit] =
                            delta[row][unit] * (last ? 1 : slope.applyAsDouble(z[row][unit]));
                    for (int input = 0; input < before[row].length; input++) {
                        before[row][input] +=
                                atWeights[row][unit] * chain.weight(parameters, layer, unit, input);
                    }
                }
            }
            signals.add(
                    new LayerSignal(
                            last ? "output" : "dense-" + (layer + 1),
                            Math.log(norm(delta)),
                            norm(atWeights) / norm(delta),
                            layer == 0 ? Double.NaN : norm(before) / norm(atWeights),
                            layer == 0 ? Double.NaN : 1,
                            layer == 0 ? Double.NaN : 1,
                            variance(z),
                            variance(h),
                            largest,
                            width,
                            last ? LayerSignal.Kind.OUTPUT : LayerSignal.Kind.WEIGHTS,
                            0,
                            0,
                            1));
            delta = before;
        }
        Collections.reverse(signals);
        return signals;
    }

    private static void assertRelative(double expected, double actual, double tolerance) {
        if (Double.isNaN(expected)) {
            assertEquals(expected, actual);
        } else {
            assertEquals(expected, actual, tolerance * Math.abs(expected));
        }
    }

    private static List<LayerSignal> assertAgrees(
            Network network,
            int[] widths,
            DoubleUnaryOperator activation,
            DoubleUnaryOperator slope,
            double tolerance) {
        List<DoubleUnaryOperator> activations = Collections.nCopies(widths.length - 2, activation);
        DoubleChain chain = new DoubleChain(widths, activations, Loss.CROSS_ENTROPY, true);
        float[][] examples = Networks.examples(2, ROWS, widths[0]);
        float[][] targets = new float[ROWS][widths[widths.length - 1]];
        List<LayerSignal> actual =
                network.signals(Networks.batch(network, examples, targets), SEED).layers();
        List<LayerSignal> expected =
                inDoubles(chain, Networks.doubles(network.parameters()), examples, slope);
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            LayerSignal wanted = expected.get(i);
            LayerSignal got = actual.get(i);
            assertEquals(wanted.layer(), got.layer());
            assertEquals(wanted.width(), got.width());
            assertEquals(wanted.logDelta(), got.logDelta(), tolerance);
            assertRelative(wanted.activationGain(), got.activationGain(), tolerance);
            assertRelative(wanted.weightGain(), got.weightGain(), tolerance);
            assertRelative(wanted.preActivationVariance(), got.preActivationVariance(), tolerance);
            assertRelative(wanted.forwardVariance(), got.forwardVariance(), tolerance);
            assertRelative(wanted.largestOutput(), got.largestOutput(), tolerance);
        }
        return actual;
    }

    @Test
    void agreesWithDoubles() {
        int[] widths = {5, 8, 7, 9, 3};
        try (Network network =
                Networks.build(Networks.plan(new Tanh(), Loss.CROSS_ENTROPY, widths))) {
            Networks.fill(network, 1, 0.4);
            assertAgrees(network, widths, Math::tanh, z -> 1 - Math.tanh(z) * Math.tanh(z), 1e-4);
        }
    }

    @Test
    void theGainsOfAllLayersMultiplyToTheRatioOfDeltas() {
        int[] widths = {5, 8, 7, 9, 3};
        try (Network network = Networks.build(Networks.plan(new Sigmoid(), Loss.MSE, widths))) {
            Networks.fill(network, 1, 0.7);
            List<LayerSignal> signals =
                    network.signals(
                                    Networks.batch(
                                            network,
                                            Networks.examples(2, ROWS, 5),
                                            new float[ROWS][3]),
                                    SEED)
                            .layers();
            double product = 1;
            for (LayerSignal signal : signals.subList(1, signals.size())) {
                product *= signal.activationGain() * signal.weightGain();
            }
            double first = signals.get(0).logDelta();
            double last = signals.get(signals.size() - 1).logDelta();
            assertRelative(Math.exp(first - last), product, 1e-9);
            assertEquals(1, signals.get(signals.size() - 1).activationGain(), 1e-6);
            assertTrue(Double.isNaN(signals.get(0).weightGain()));
        }
    }

    @Test
    void followsTwoHundredSigmoidLayersFarBelowTheSmallestFloat() {
        int[] widths = new int[202];
        Arrays.fill(widths, 6);
        try (Network network =
                Networks.build(Networks.plan(new Sigmoid(), Loss.CROSS_ENTROPY, widths))) {
            Networks.fill(network, 1, 0.4);
            List<LayerSignal> signals =
                    assertAgrees(
                            network,
                            widths,
                            SignalProbeTest::sigmoid,
                            z -> sigmoid(z) * (1 - sigmoid(z)),
                            2e-3);
            double first = signals.get(0).logDelta();
            assertTrue(Double.isFinite(first));
            assertTrue(first < Math.log(Float.MIN_VALUE), "e^" + first);
        }
    }

    @Test
    void saysThatNothingArrivesBehindDeadUnits() {
        int[] widths = {4, 5, 5, 5, 2};
        try (Network network =
                Networks.build(Networks.plan(new Relu(), Loss.CROSS_ENTROPY, widths))) {
            Networks.fill(network, 1, 0.5);
            // All units of the second layer are far below zero.
            int secondBiases = (4 * 5 + 5) + 5 * 5;
            for (int i = 0; i < 5; i++) {
                network.parameters().put(secondBiases + i, -1000);
            }
            List<LayerSignal> signals =
                    network.signals(
                                    Networks.batch(
                                            network,
                                            Networks.examples(2, ROWS, 4),
                                            new float[ROWS][2]),
                                    SEED)
                            .layers();
            assertTrue(Double.isFinite(signals.get(2).logDelta()));
            assertTrue(Double.isFinite(signals.get(1).logDelta()));
            assertEquals(0, signals.get(1).activationGain());
            assertTrue(Double.isNaN(signals.get(1).weightGain()));
            assertEquals(Double.NEGATIVE_INFINITY, signals.get(0).logDelta());
            assertTrue(Double.isNaN(signals.get(0).activationGain()));
        }
    }

    @Test
    void theProbeDependsOnItsSeedAloneAndMovesNoParameter() {
        int[] widths = {5, 8, 3};
        try (Network network =
                Networks.build(Networks.plan(new Identity(), Loss.CROSS_ENTROPY, widths))) {
            Networks.fill(network, 1, 0.4);
            float[] before = Networks.copy(network.parameters());
            Network.Batch batch =
                    Networks.batch(network, Networks.examples(2, ROWS, 5), new float[ROWS][3]);
            List<LayerSignal> first = network.signals(batch, SEED).layers();
            assertEquals(first, network.signals(batch, SEED).layers());
            assertTrue(
                    first.get(0).logDelta()
                            != network.signals(batch, 5).layers().get(0).logDelta());
            assertArrayEquals(before, Networks.copy(network.parameters()));
        }
    }
}
