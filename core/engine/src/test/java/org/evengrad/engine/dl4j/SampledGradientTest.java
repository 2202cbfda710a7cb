package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.Optional;
import org.evengrad.activations.relu.Relu;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.random.KeyedRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a single layer without hidden ones, where the curvature by a bias is known. */
class SampledGradientTest {
    private static final int[] WIDTHS = {4, 3};
    private static final int DRAWS = 1000;

    private final float[][] examples = Networks.examples(2, 1, WIDTHS[0]);

    private Network network(Loss loss) {
        Network network =
                Networks.build(Networks.plan(new Relu(), loss, Optional.empty(), true, WIDTHS));
        Networks.fill(network, 1, 0.5);
        return network;
    }

    private Network.Batch batch(Network network, Loss loss) {
        return Networks.batch(network, examples, Networks.targets(3, 1, WIDTHS[1], loss));
    }

    /** The second derivative of the loss by each bias. */
    private static double curvature(Loss loss, double predicted) {
        return switch (loss) {
            case CROSS_ENTROPY -> predicted * (1 - predicted);
            // DL4J takes the mean over the outputs for the squared error, the sum for this one.
            case BINARY_CROSS_ENTROPY -> predicted * (1 - predicted);
            case MSE -> 2.0 / WIDTHS[1];
            case MAE, HUBER -> throw new IllegalArgumentException("no constant curvature");
        };
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"MAE", "HUBER"})
    void isZeroOnAverageAndItsSquareIsTheCurvature(Loss loss) {
        try (Network network = network(loss)) {
            Network.Batch batch = batch(network, loss);
            float[] predicted = new float[WIDTHS[1]];
            network.predict(batch, predicted);
            double[] sum = new double[WIDTHS[1]];
            double[] squares = new double[WIDTHS[1]];
            int firstBias = network.parameters().limit() - WIDTHS[1];
            for (int draw = 0; draw < DRAWS; draw++) {
                network.sampledGradient(batch, new KeyedRandom(7, draw));
                for (int i = 0; i < sum.length; i++) {
                    double slope = network.gradient().get(firstBias + i);
                    sum[i] += slope;
                    squares[i] += slope * slope;
                }
            }
            for (int i = 0; i < sum.length; i++) {
                double curvature = curvature(loss, predicted[i]);
                // Five standard errors, by bounds of the second and the fourth moment.
                double error = 5 * Math.sqrt(curvature / DRAWS);
                assertEquals(0, sum[i] / DRAWS, error, loss.name());
                double ofSquares = Math.max(error, 5 * curvature * Math.sqrt(3.0 / DRAWS));
                assertEquals(curvature, squares[i] / DRAWS, ofSquares, loss.name());
            }
        }
    }

    @Test
    void repeatsItselfForTheSameRandomNumbersAndLeavesTheTargets() {
        try (Network network = network(Loss.MSE)) {
            Network.Batch batch = batch(network, Loss.MSE);
            float[] targets = Networks.copy(batch.targets());
            network.sampledGradient(batch, new KeyedRandom(1));
            float[] first = Networks.copy(network.gradient());
            network.sampledGradient(batch, new KeyedRandom(2));
            assertFalse(Arrays.equals(first, Networks.copy(network.gradient())));
            network.sampledGradient(batch, new KeyedRandom(1));
            assertArrayEquals(first, Networks.copy(network.gradient()));
            assertArrayEquals(targets, Networks.copy(batch.targets()));
        }
    }
}
