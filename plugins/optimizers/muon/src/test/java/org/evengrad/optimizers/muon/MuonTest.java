package org.evengrad.optimizers.muon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayChunk;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.TensorRule;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class MuonTest implements OptimizerContract<Muon> {
    @Override
    public List<Muon> strategies() {
        return List.of(
                new Muon(),
                new Muon(0.01, 0.9, false, 5, Muon.Scale.LIKE_ADAM, 0.1, 1),
                new Muon(0.005, 0, true, 3, Muon.Scale.UNITS_OVER_INPUTS, 0, 0.1));
    }

    @Override
    public Reference reference(Muon muon, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor ->
                        tensor.role() == Role.WEIGHT
                                ? ofMatrix(muon, tensor)
                                : adamW(muon, tensor));
    }

    private static TensorRule ofMatrix(Muon muon, Tensor tensor) {
        int rows = tensor.units();
        int columns = tensor.size() / rows;
        double mu = muon.momentum();
        double[] buffer = new double[tensor.size()];
        return (w, g, rate, step) -> {
            double[][] x = new double[rows][columns];
            for (int i = 0; i < w.length; i++) {
                // As in the post: the buffer is a sum; any factor goes with the norm.
                buffer[i] = mu * buffer[i] + g[i];
                x[i / columns][i % columns] = muon.nesterov() ? g[i] + mu * buffer[i] : buffer[i];
            }
            double[][] orthogonal = newtonSchulz(x, muon.iterations(), 1e-7 / (1 - mu));
            double scale =
                    muon.scale() == Muon.Scale.LIKE_ADAM
                            ? 0.2 * Math.sqrt(Math.max(rows, columns))
                            : Math.sqrt(Math.max(1, rows / (double) columns));
            for (int i = 0; i < w.length; i++) {
                w[i] *= 1 - rate * muon.weightDecay();
                w[i] -= rate * scale * orthogonal[i / columns][i % columns];
            }
        };
    }

    /** Always from the left, whatever the shape. */
    private static double[][] newtonSchulz(double[][] g, int iterations, double epsilon) {
        double squares = 0;
        for (double[] row : g) {
            squares += Arrays.stream(row).map(value -> value * value).sum();
        }
        double norm = Math.sqrt(squares) + epsilon;
        double[][] x = new double[g.length][];
        for (int i = 0; i < g.length; i++) {
            x[i] = Arrays.stream(g[i]).map(value -> value / norm).toArray();
        }
        for (int round = 0; round < iterations; round++) {
            double[][] ax = product(product(x, transposed(x)), x);
            double[][] aax = product(product(x, transposed(x)), ax);
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < x[i].length; j++) {
                    x[i][j] = 3.4445 * x[i][j] - 4.7750 * ax[i][j] + 2.0315 * aax[i][j];
                }
            }
        }
        return x;
    }

    private static double[][] product(double[][] left, double[][] right) {
        double[][] product = new double[left.length][right[0].length];
        for (int i = 0; i < left.length; i++) {
            for (int k = 0; k < right.length; k++) {
                for (int j = 0; j < right[0].length; j++) {
                    product[i][j] += left[i][k] * right[k][j];
                }
            }
        }
        return product;
    }

    private static double[][] transposed(double[][] values) {
        double[][] transposed = new double[values[0].length][values.length];
        for (int i = 0; i < values.length; i++) {
            for (int j = 0; j < values[0].length; j++) {
                transposed[j][i] = values[i][j];
            }
        }
        return transposed;
    }

    private static TensorRule adamW(Muon muon, Tensor tensor) {
        double decay = tensor.role() == Role.OUTPUT ? muon.weightDecay() : 0;
        double[] mean = new double[tensor.size()];
        double[] square = new double[tensor.size()];
        return (w, g, rate, step) -> {
            double adamRate = rate * muon.adamRate();
            for (int i = 0; i < w.length; i++) {
                mean[i] = 0.9 * mean[i] + 0.1 * g[i];
                square[i] = 0.95 * square[i] + 0.05 * g[i] * g[i];
                double corrected = mean[i] / (1 - Math.pow(0.9, step));
                double root = Math.sqrt(square[i] / (1 - Math.pow(0.95, step)));
                w[i] -= adamRate * (corrected / (root + 1e-10) + decay * w[i]);
            }
        };
    }

    @Override
    public boolean decays(Muon muon) {
        return muon.weightDecay() > 0;
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.03, 4000, 0.05);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.01, 1000, 0.02);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.03, 4000, 0.05);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.03, 1000, 0.02);
    }

    @Test
    void stepsAreNearlyOrthogonalWhateverTheShape() {
        for (int[] shape : new int[][] {{4, 9}, {9, 4}, {6, 6}}) {
            int rows = shape[0];
            int columns = shape[1];
            float[] step = step(Tensors.dense(0, rows, columns));
            double[][] matrix = new double[rows][columns];
            for (int i = 0; i < rows * columns; i++) {
                matrix[i / columns][i % columns] = step[i];
            }
            double[][] small =
                    rows < columns
                            ? product(matrix, transposed(matrix))
                            : product(transposed(matrix), matrix);
            double allowed = Math.max(1, rows / (double) columns);
            for (int i = 0; i < small.length; i++) {
                double diagonal = small[i][i] / allowed;
                assertTrue(diagonal > 0.4 && diagonal < 1.5, rows + " rows: " + diagonal);
            }
        }
    }

    @Test
    void aConvolutionIsAMatrixOfItsUnits() {
        assertEquals(
                Arrays.toString(step(Tensors.dense(0, 5, 12))),
                Arrays.toString(step(Tensors.convolution(0, 5, 3, 2))));
    }

    @Test
    void anOutputLayerTakesAdamsStep() {
        for (float value : step(Tensors.dense(0, Role.OUTPUT, 4, 9))) {
            assertEquals(0.015, Math.abs(value), 1e-6);
        }
    }

    /** The first step from zero at a rate of 1, with its sign turned. */
    private static float[] step(Tensor tensor) {
        int size = tensor.size();
        float[] weights = new float[size];
        float[] gradient = SeededRandom.normal(5, size, 1);
        new Muon()
                .update(
                        new ArrayChunk(
                                tensor,
                                0,
                                size,
                                weights,
                                gradient,
                                new float[size],
                                new float[size],
                                new float[size],
                                new float[size]),
                        ContextAt.step(0).withRate(1));
        return weights;
    }
}
