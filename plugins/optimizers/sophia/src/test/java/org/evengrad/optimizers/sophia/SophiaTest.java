package org.evengrad.optimizers.sophia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayModel;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.Objective;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class SophiaTest implements OptimizerContract<Sophia> {
    @Override
    public List<Sophia> strategies() {
        return List.of(
                new Sophia(),
                new Sophia(0.01, 0.8, 0.9, 2, 1e-3, 0, 1),
                new Sophia(0.003, 0, 0.5, 0.1, 1e-2, 0.3, 3));
    }

    @Override
    public Reference reference(Sophia sophia, List<Tensor> layout) {
        return new Algorithm(sophia, layout);
    }

    /** Algorithm 3 of the paper with the estimator of algorithm 2. */
    private static final class Algorithm implements Reference {
        private final Sophia sophia;
        private final List<Tensor> layout;
        private final List<double[]> m = new ArrayList<>();
        private final List<double[]> h = new ArrayList<>();

        Algorithm(Sophia sophia, List<Tensor> layout) {
            this.sophia = sophia;
            this.layout = layout;
            for (Tensor tensor : layout) {
                m.add(new double[tensor.size()]);
                h.add(new double[tensor.size()]);
            }
        }

        @Override
        public void step(double[][] theta, Objective objective, double eta, long step) {
            double[][] g = objective.gradient(theta);
            double[][] sampled = objective.sampledGradient(theta);
            boolean estimates = sophia.interval() == 1 || step % sophia.interval() == 1;
            for (int t = 0; t < theta.length; t++) {
                Role role = layout.get(t).role();
                boolean decays = role != Role.BIAS && role != Role.NORM;
                double lambda = decays ? sophia.weightDecay() : 0;
                double[] mean = m.get(t);
                double[] curvature = h.get(t);
                for (int i = 0; i < theta[t].length; i++) {
                    mean[i] = sophia.beta1() * mean[i] + (1 - sophia.beta1()) * g[t][i];
                    if (estimates) {
                        double estimate = ArrayModel.BATCH_SIZE * sampled[t][i] * sampled[t][i];
                        curvature[i] =
                                sophia.beta2() * curvature[i] + (1 - sophia.beta2()) * estimate;
                    }
                    theta[t][i] -= eta * lambda * theta[t][i];
                    double quotient =
                            mean[i] / Math.max(sophia.gamma() * curvature[i], sophia.epsilon());
                    theta[t][i] -=
                            eta * (Math.abs(quotient) > 1 ? Math.signum(quotient) : quotient);
                }
            }
        }
    }

    @Override
    public boolean decays(Sophia sophia) {
        return sophia.weightDecay() > 0;
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.003, 1000, 0.02);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.01, 10_000, 0.1);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.003, 1000, 0.02);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.003, 1000, 0.02);
    }

    @Test
    void estimatesTheCurvatureInTheFirstStepAndThenEveryInterval() {
        int[] drawn = {0};
        List<Integer> after = new ArrayList<>();
        Objective objective = slope(drawn);
        ArrayModel model = model(new Sophia(0.01, 0.9, 0.99, 0.04, 1e-12, 0, 3));

        for (int step = 0; step < 7; step++) {
            model.run(objective, 0.01);
            after.add(drawn[0]);
        }

        assertEquals(List.of(1, 1, 1, 2, 2, 2, 3), after);
    }

    @Test
    void theSampledGradientMovesNothingButTheCurvature() {
        ArrayModel model = model(new Sophia(0.01, 0, 0, 0.5, 1e-12, 0, 1));

        model.run(slope(new int[1]), 0.1);

        // m = (1, 0.5) and h = 8 * (0.5^2, 1^2), so m / (0.5 h) = (1, 0.125).
        assertArrayEquals(new float[] {2, 8}, model.slot(1)[0]);
        assertArrayEquals(new float[] {0.9f, 2 - 0.0125f}, model.parameters()[0], 1e-6f);
    }

    private static ArrayModel model(Sophia sophia) {
        return new ArrayModel(List.of(Tensors.dense(0, 1, 2)), new float[][] {{1, 2}}, sophia);
    }

    private static Objective slope(int[] drawn) {
        return new Objective() {
            @Override
            public double loss(double[][] parameters) {
                return parameters[0][0] + 0.5 * parameters[0][1];
            }

            @Override
            public double[][] gradient(double[][] parameters) {
                return new double[][] {{1, 0.5}};
            }

            @Override
            public double[][] sampledGradient(double[][] parameters) {
                drawn[0]++;
                return new double[][] {{0.5, 1}};
            }
        };
    }
}
