package org.evengrad.testkit;

import java.util.List;
import org.evengrad.spi.Tensor;

/** Batches to run optimizers on. */
final class Objectives {
    private Objectives() {}

    /**
     * A linear loss: its gradient is the same everywhere. The sampled gradient has the same numbers
     * the other way round.
     */
    static Objective linear(float[][] gradient) {
        return new Objective() {
            @Override
            public double loss(double[][] parameters) {
                double loss = 0;
                for (int t = 0; t < gradient.length; t++) {
                    for (int i = 0; i < gradient[t].length; i++) {
                        loss += gradient[t][i] * parameters[t][i];
                    }
                }
                return loss;
            }

            @Override
            public double[][] gradient(double[][] parameters) {
                return doubles(gradient);
            }

            @Override
            public double[][] sampledGradient(double[][] parameters) {
                double[][] reversed = doubles(gradient);
                for (int t = 0; t < reversed.length; t++) {
                    int last = reversed[t].length - 1;
                    for (int i = 0; i <= last; i++) {
                        reversed[t][i] = gradient[t][last - i];
                    }
                }
                return reversed;
            }
        };
    }

    /** A linear loss whose gradient is normal. */
    static Objective normal(List<Tensor> layout, long seed) {
        return linear(normal(layout, seed, 1));
    }

    /** Normal random numbers for a model. */
    static float[][] normal(List<Tensor> layout, long seed, double standardDeviation) {
        return layout.stream()
                .map(
                        tensor ->
                                SeededRandom.normal(
                                        1000 * seed + tensor.index(),
                                        tensor.size(),
                                        standardDeviation))
                .toArray(float[][]::new);
    }

    /** Numbers for a model whose magnitudes spread over powers of ten. */
    static float[][] spread(List<Tensor> layout, long seed, double lowExponent, double high) {
        return layout.stream()
                .map(
                        tensor ->
                                SeededRandom.spread(
                                        1000 * seed + tensor.index(),
                                        tensor.size(),
                                        lowExponent,
                                        high))
                .toArray(float[][]::new);
    }

    /**
     * A bowl: the sum of 25 (sqrt(1 + d²/25) - 1), where d is the distance of a parameter from the
     * bottom. Its curvature lies between 0 and 1, and its bottom about 5 away from 0: a rule that
     * divides by the size of the gradient would blow up the rounding of a parameter at the bottom.
     * The sampled gradient is that of a bowl beside it.
     */
    static Objective bowl(List<Tensor> layout) {
        double[][] bottom = doubles(normal(layout, 7, 0.5));
        for (double[] ofTensor : bottom) {
            for (int i = 0; i < ofTensor.length; i++) {
                ofTensor[i] += i % 2 == 0 ? 5 : -5;
            }
        }
        return new Objective() {
            @Override
            public double loss(double[][] parameters) {
                double loss = 0;
                for (int t = 0; t < bottom.length; t++) {
                    for (int i = 0; i < bottom[t].length; i++) {
                        double distance = parameters[t][i] - bottom[t][i];
                        loss += 25 * (root(distance) - 1);
                    }
                }
                return loss;
            }

            @Override
            public double[][] gradient(double[][] parameters) {
                return slopes(parameters, 0);
            }

            @Override
            public double[][] sampledGradient(double[][] parameters) {
                return slopes(parameters, 0.5);
            }

            private double[][] slopes(double[][] parameters, double shift) {
                double[][] slopes = new double[bottom.length][];
                for (int t = 0; t < bottom.length; t++) {
                    slopes[t] = new double[bottom[t].length];
                    for (int i = 0; i < bottom[t].length; i++) {
                        double distance = parameters[t][i] - bottom[t][i] - shift;
                        slopes[t][i] = distance / root(distance);
                    }
                }
                return slopes;
            }

            private double root(double distance) {
                return Math.sqrt(1 + distance * distance / 25);
            }
        };
    }

    /** The same numbers in double precision. */
    static double[][] doubles(float[][] values) {
        double[][] doubles = new double[values.length][];
        for (int t = 0; t < values.length; t++) {
            doubles[t] = new double[values[t].length];
            for (int i = 0; i < values[t].length; i++) {
                doubles[t][i] = values[t][i];
            }
        }
        return doubles;
    }
}
