package org.evengrad.optimizers.adafactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayChunk;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.TensorRule;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class AdafactorTest implements OptimizerContract<Adafactor> {
    @Override
    public List<Adafactor> strategies() {
        return List.of(
                new Adafactor(),
                new Adafactor(0.001, 0.5, 0.3, 1e-6, 0.5, true, false),
                new Adafactor(0.05, 1, 2, 1e-20, 1e-3, false, true));
    }

    @Override
    public Reference reference(Adafactor adafactor, List<Tensor> layout) {
        return Reference.ofTensors(layout, tensor -> rule(adafactor, tensor));
    }

    /** Sums of rows and columns, as the paper has them, and the matrix that they stand for. */
    private static TensorRule rule(Adafactor adafactor, Tensor tensor) {
        boolean isMatrix = tensor.shape().size() > 1;
        int n = tensor.shape().get(0);
        int m = tensor.size() / n;
        double[] rowSums = new double[n];
        double[] columnSums = new double[m];
        double[] second = new double[tensor.size()];
        return (x, g, rate, step) -> {
            double beta2 = 1 - Math.pow(step, -adafactor.secondMomentDecay());
            double[] squares =
                    Arrays.stream(g).map(value -> value * value + adafactor.epsilon()).toArray();
            if (isMatrix) {
                double[] rows = new double[n];
                double[] columns = new double[m];
                for (int i = 0; i < n * m; i++) {
                    rows[i / m] += squares[i];
                    columns[i % m] += squares[i];
                }
                for (int i = 0; i < n; i++) {
                    rowSums[i] = beta2 * rowSums[i] + (1 - beta2) * rows[i];
                }
                for (int j = 0; j < m; j++) {
                    columnSums[j] = beta2 * columnSums[j] + (1 - beta2) * columns[j];
                }
                double all = Arrays.stream(rowSums).sum();
                for (int i = 0; i < n * m; i++) {
                    second[i] = rowSums[i / m] * columnSums[i % m] / all;
                }
            } else {
                for (int i = 0; i < n; i++) {
                    second[i] = beta2 * second[i] + (1 - beta2) * squares[i];
                }
            }
            double[] u = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                u[i] = g[i] / Math.sqrt(second[i]);
            }
            double rho = adafactor.rateDecay() ? Math.min(rate, 1 / Math.sqrt(step)) : rate;
            double size = Math.max(adafactor.parameterFloor(), rms(x));
            double alpha = adafactor.relativeStep() ? size : 1;
            double clip = Math.max(1, rms(u) / adafactor.clipThreshold());
            for (int i = 0; i < x.length; i++) {
                x[i] -= alpha * rho * u[i] / clip;
            }
        };
    }

    private static double rms(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum() / values.length);
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.01, 1000, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.01, 4000, 0.1);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.01, 1000, 0.05);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.01, 1000, 0.02);
    }

    @Test
    void seesAConvolutionAsAMatrixOfItsUnits() {
        Tensor convolution = Tensors.convolution(0, 3, 2, 2);
        Tensor dense = Tensors.dense(0, 3, 8);

        assertEquals(Arrays.toString(trained(dense)), Arrays.toString(trained(convolution)));
    }

    private static float[] trained(Tensor tensor) {
        float[] weights = new float[24];
        float[] gradient = new float[24];
        for (int i = 0; i < 24; i++) {
            weights[i] = i - 12;
            gradient[i] = (i * 7 % 11 - 5) * 0.1f;
        }
        new Adafactor()
                .update(
                        new ArrayChunk(tensor, 0, 24, weights, gradient, new float[24]),
                        ContextAt.step(0).withRate(0.01));
        return weights;
    }

    @Test
    void aMatrixOfOneRankIsScaledLikeItsElements() {
        float[] weights = {1, 1, 1, 1};
        float[] gradient = {2, -6, 1, -3};
        new Adafactor()
                .update(
                        new ArrayChunk(
                                Tensors.dense(0, 2, 2), 0, 4, weights, gradient, new float[4]),
                        ContextAt.step(0).withRate(0.01));

        for (int i = 0; i < 4; i++) {
            assertEquals(1 - 0.01 * Math.signum(gradient[i]), weights[i], 1e-6);
        }
    }
}
