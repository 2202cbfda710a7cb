package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.evengrad.activations.identity.Identity;
import org.evengrad.activations.leakyrelu.LeakyRelu;
import org.evengrad.activations.relu.Relu;
import org.evengrad.activations.sigmoid.Sigmoid;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.Network;
import org.evengrad.spi.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradient, loss and prediction of DL4J behind our interface, against doubles. */
class GradientTest {
    private static final int ROWS = 7;

    /** Activations with their formula. */
    private enum Kind {
        TANH(new Tanh(), Math::tanh),
        SIGMOID(new Sigmoid(), z -> 1 / (1 + Math.exp(-z))),
        RELU(new Relu(), z -> Math.max(0, z)),
        LEAKY_RELU(new LeakyRelu(), z -> z > 0 ? z : 0.01 * z),
        STEEPER_LEAKY_RELU(new LeakyRelu(0.3), z -> z > 0 ? z : 0.3 * z),
        IDENTITY(new Identity(), z -> z),
        BEND(new Bend(2), z -> z / (1 + Math.abs(z) / 2));

        private final Activation activation;
        private final DoubleUnaryOperator formula;

        Kind(Activation activation, DoubleUnaryOperator formula) {
            this.activation = activation;
            this.formula = formula;
        }
    }

    static Stream<Arguments> combinations() {
        List<Arguments> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Loss loss : Loss.values()) {
                all.add(Arguments.of(kind, loss));
            }
        }
        return all.stream();
    }

    private static int[] widths(Loss loss) {
        return new int[] {5, 6, 4, loss == Loss.BINARY_CROSS_ENTROPY ? 1 : 3};
    }

    private static void assertAgrees(
            Network network, DoubleChain chain, float[][] examples, float[][] targets) {
        double[] parameters = Networks.doubles(network.parameters());
        assertEquals(chain.parameters(), parameters.length);
        Network.Batch batch = Networks.batch(network, examples, targets);
        double loss = network.gradient(batch);
        assertEquals(chain.loss(parameters, examples, targets), loss, 1e-5);
        double[] expected = chain.gradient(parameters, examples, targets);
        float[] sum = Networks.copy(network.gradient());
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], sum[i] / ROWS, 2e-6, "parameter " + i);
        }

        assertEquals(loss, network.loss(batch), 1e-6);
        assertArrayEquals(sum, Networks.copy(network.gradient()), "loss() moved the gradient");

        float[] predicted = new float[ROWS * network.outputs()];
        network.predict(batch, predicted);
        for (int row = 0; row < ROWS; row++) {
            double[] given = chain.predict(parameters, examples[row]);
            for (int i = 0; i < given.length; i++) {
                assertEquals(given[i], predicted[row * given.length + i], 1e-5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void agreesWithFiniteDifferences(Kind kind, Loss loss) {
        int[] widths = widths(loss);
        try (Network network = Networks.build(Networks.plan(kind.activation, loss, widths))) {
            Networks.fill(network, 1, 0.5);
            assertAgrees(
                    network,
                    new DoubleChain(widths, List.of(kind.formula, kind.formula), loss, true),
                    Networks.examples(2, ROWS, widths[0]),
                    Networks.targets(3, ROWS, widths[3], loss));
        }
    }

    @Test
    void agreesWithAnActivationBehindTheOutputOfMse() {
        int[] widths = widths(Loss.MSE);
        List<DoubleUnaryOperator> formulas =
                List.of(Kind.RELU.formula, Kind.RELU.formula, Kind.TANH.formula);
        try (Network network =
                Networks.build(
                        Networks.plan(
                                new Relu(), Loss.MSE, Optional.of(new Tanh()), true, widths))) {
            Networks.fill(network, 1, 0.5);
            assertAgrees(
                    network,
                    new DoubleChain(widths, formulas, Loss.MSE, true),
                    Networks.examples(2, ROWS, widths[0]),
                    Networks.targets(3, ROWS, widths[3], Loss.MSE));
        }
    }

    @Test
    void agreesWithoutBiasesInTheOutputAndWithoutHiddenLayers() {
        int[] widths = {5, 3};
        try (Network network =
                Networks.build(
                        Networks.plan(
                                new Relu(), Loss.CROSS_ENTROPY, Optional.empty(), false, widths))) {
            Networks.fill(network, 1, 0.5);
            assertEquals(1, network.tensors().size());
            assertAgrees(
                    network,
                    new DoubleChain(widths, List.of(), Loss.CROSS_ENTROPY, false),
                    Networks.examples(2, ROWS, widths[0]),
                    Networks.targets(3, ROWS, widths[1], Loss.CROSS_ENTROPY));
        }
    }

    @Test
    void aBatchIsKeptForItsSizeAndTheNextGradientForgetsTheLast() {
        int[] widths = widths(Loss.MSE);
        try (Network network = Networks.build(Networks.plan(new Tanh(), Loss.MSE, widths))) {
            Networks.fill(network, 1, 0.5);
            float[][] examples = Networks.examples(2, ROWS, widths[0]);
            float[][] targets = Networks.targets(3, ROWS, widths[3], Loss.MSE);
            Network.Batch batch = Networks.batch(network, examples, targets);
            double loss = network.gradient(batch);
            float[] gradient = Networks.copy(network.gradient());
            Network.Batch other =
                    Networks.batch(
                            network,
                            Networks.examples(4, 2, widths[0]),
                            Networks.targets(5, 2, widths[3], Loss.MSE));
            network.gradient(other);
            network.predict(other, new float[2 * 3]);
            assertEquals(batch, network.batch(ROWS));
            assertEquals(loss, network.gradient(batch));
            assertArrayEquals(gradient, Networks.copy(network.gradient()));
        }
    }
}
