package org.evengrad.initializers.gradinit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.RandomInitializerContract;
import org.evengrad.testkit.SmallNetwork;
import org.junit.jupiter.api.Test;

final class GradInitTest implements RandomInitializerContract<GradInit> {
    @Override
    public List<GradInit> strategies() {
        return List.of(new GradInit(), new GradInit(7, 0.02, 0.2, 0.5, 0.1, Distribution.UNIFORM));
    }

    @Override
    public double variance(GradInit gradInit, Tensor tensor) {
        return tensor.role() == Role.BIAS ? 0 : 2.0 / tensor.fanIn();
    }

    @Test
    void makesTheLossAfterTheFirstStepSmaller() {
        for (long seed = 1; seed <= 3; seed++) {
            SmallNetwork plain = filled(seed, 1);
            SmallNetwork refined = filled(seed, 1);
            new GradInit().refine(refined);

            double before = lossAfterOneStep(plain);
            double after = lossAfterOneStep(refined);
            assertTrue(after < before, before + " became " + after);
        }
    }

    @Test
    void bringsTheGradientNormToItsBound() {
        SmallNetwork network = filled(1, 1.6);
        double before = gradientNorm(network);
        new GradInit().refine(network);
        double after = gradientNorm(network);

        assertTrue(before > 3, "norm " + before);
        assertTrue(after < 1.3, "norm " + after);
    }

    @Test
    void goesDownTheSlopeOfTheNormAboveTheBound() {
        agreesWithTheReference(1e-9, 0.8);
    }

    @Test
    void goesDownTheSlopeOfTheLossBehindTheStepBelowTheBound() {
        agreesWithTheReference(1e9, 0.8);
        agreesWithTheReference(1e9, 1.2);
    }

    /** Five iterations, on weights so small that few slopes are cut off, or larger. */
    private static void agreesWithTheReference(double bound, double scale) {
        GradInit gradInit = new GradInit(5, 0.01, 0.1, bound, 0.01, Distribution.NORMAL);
        SmallNetwork plain = filled(2, scale);
        SmallNetwork refined = filled(2, scale);
        gradInit.refine(refined);
        double[] expected = factors(gradInit, scale);

        for (int i = 0; i < expected.length; i++) {
            Tensor tensor = weightsOf(plain).get(i);
            double factor = refined.parameters(tensor)[0] / (double) plain.parameters(tensor)[0];
            assertEquals(expected[i], factor, 1e-4, tensor.name());
        }
    }

    /** The factors by differences along each of them, one by one, and Adam for each. */
    private static double[] factors(GradInit gradInit, double scale) {
        SmallNetwork plain = filled(2, scale);
        List<Tensor> weights = weightsOf(plain);
        double[] factors = new double[weights.size()];
        Arrays.fill(factors, 1);
        double[] mean = new double[factors.length];
        double[] square = new double[factors.length];
        double h = 1e-3;
        for (int t = 1; t <= gradInit.iterations(); t++) {
            int a = 3 * (t - 1) % 4;
            int b = (a + 1) % 4;
            int c = (a + 2) % 4;
            double[] slopes = new double[factors.length];
            for (int i = 0; i < factors.length; i++) {
                double[] side = new double[2];
                for (int k = 0; k < 2; k++) {
                    SmallNetwork network = filled(2, scale);
                    for (int l = 0; l < factors.length; l++) {
                        add(network, weights.get(l), factors[l] - 1, plain);
                    }
                    boolean above = norm(network, a, b) > gradInit.largestGradientNorm();
                    if (!above) {
                        step(network, a, b);
                    }
                    add(network, weights.get(i), k == 0 ? -h : h, plain);
                    side[k] =
                            above
                                    ? norm(network, a, b)
                                    : (network.gradient(a) + network.gradient(c)) / 2 / 0.1;
                }
                slopes[i] = Math.max(-1, Math.min(1, (side[1] - side[0]) / (2 * h)));
            }
            for (int i = 0; i < factors.length; i++) {
                mean[i] = 0.9 * mean[i] + 0.1 * slopes[i];
                square[i] = 0.999 * square[i] + 0.001 * slopes[i] * slopes[i];
                double corrected = square[i] / (1 - Math.pow(0.999, t));
                factors[i] -=
                        0.01 * mean[i] / (1 - Math.pow(0.9, t)) / (Math.sqrt(corrected) + 1e-8);
            }
        }
        return factors;
    }

    @Test
    void onlyMultipliesTheWeightsAndNeverByLessThanTheSmallestFactor() {
        SmallNetwork plain = filled(1, 3);
        SmallNetwork refined = filled(1, 3);
        new GradInit(50, 0.1, 0.1, 1e-6, 0.4, Distribution.NORMAL).refine(refined);

        for (Tensor tensor : weightsOf(plain)) {
            float[] before = plain.parameters(tensor);
            float[] after = refined.parameters(tensor);
            double factor = after[0] / (double) before[0];
            assertTrue(factor > 0.4 - 1e-6, "factor " + factor);
            for (int i = 0; i < before.length; i++) {
                assertEquals(factor, after[i] / (double) before[i], 1e-5 * factor);
            }
        }
    }

    @Test
    void takesFourPassesForEachIteration() {
        for (double bound : new double[] {1e-9, 1e9}) {
            SmallNetwork network = filled(1, 1);
            new GradInit(6, 0.01, 0.1, bound, 0.01, Distribution.NORMAL).refine(network);

            assertEquals(24, network.passes());
        }
    }

    @Test
    void leavesANetworkWithoutGradientAsItIs() {
        SmallNetwork network = filled(1, 0);
        new GradInit().refine(network);

        for (float[] values : network.values()) {
            for (float value : values) {
                assertEquals(0, value, Float.MIN_VALUE);
            }
        }
    }

    private static SmallNetwork filled(long seed, double scale) {
        SmallNetwork network = SmallNetwork.deep(seed);
        network.fill(new GradInit());
        network.scale(scale);
        return network;
    }

    private static List<Tensor> weightsOf(SmallNetwork network) {
        return network.layout().stream().filter(tensor -> tensor.role() != Role.BIAS).toList();
    }

    /** Adds a multiple of what a tensor is in another network. */
    private static void add(
            SmallNetwork network, Tensor tensor, double factor, SmallNetwork other) {
        float[] values = network.parameters(tensor);
        float[] added = other.parameters(tensor);
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (factor * added[i]);
        }
        network.write(tensor, values);
    }

    /** The norm of the gradient over all weights and batches. */
    private static double gradientNorm(SmallNetwork network) {
        return norm(network, 0, 1, 2, 3);
    }

    private static double norm(SmallNetwork network, int... batches) {
        return norm(gradient(network, batches));
    }

    private static double norm(List<double[]> vectors) {
        double squares = 0;
        for (double[] vector : vectors) {
            for (double value : vector) {
                squares += value * value;
            }
        }
        return Math.sqrt(squares);
    }

    /** The mean gradient of some batches for each weight tensor. */
    private static List<double[]> gradient(SmallNetwork network, int... batches) {
        List<Tensor> weights = weightsOf(network);
        List<double[]> mean = weights.stream().map(tensor -> new double[tensor.size()]).toList();
        for (int batch : batches) {
            network.gradient(batch);
            for (int i = 0; i < mean.size(); i++) {
                float[] gradient = network.gradient(weights.get(i));
                for (int k = 0; k < gradient.length; k++) {
                    mean.get(i)[k] += gradient[k] / (double) batches.length;
                }
            }
        }
        return mean;
    }

    /** Goes a length of 0.1 down the gradient of some batches. */
    private static void step(SmallNetwork network, int... batches) {
        List<double[]> gradient = gradient(network, batches);
        double norm = norm(gradient);
        for (int i = 0; i < gradient.size(); i++) {
            Tensor tensor = weightsOf(network).get(i);
            float[] values = network.parameters(tensor);
            for (int k = 0; k < values.length; k++) {
                values[k] -= (float) (0.1 * gradient.get(i)[k] / norm);
            }
            network.write(tensor, values);
        }
    }

    private static double lossAfterOneStep(SmallNetwork network) {
        step(network, 0, 1);
        double loss = 0;
        for (int batch = 0; batch < network.batches(); batch++) {
            loss += network.gradient(batch) / network.batches();
        }
        return loss;
    }
}
