package org.evengrad.optimizers.prodigy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

final class ProdigyTest implements OptimizerContract<Prodigy> {
    @Override
    public List<Prodigy> strategies() {
        return List.of(
                new Prodigy(),
                new Prodigy(0.5, 0.8, 0.99, 1e-4, 0.1, 1e-3, 2, 1.02, true, true),
                new Prodigy(2, 0, 0.9, 1e-6, 0, 1e-4, 0.5, 1.5, false, true));
    }

    @Override
    public Reference reference(Prodigy prodigy, List<Tensor> layout) {
        return new Algorithm(prodigy, layout);
    }

    /** The algorithm of the paper, with the additions of its authors. */
    private static final class Algorithm implements Reference {
        private final Prodigy prodigy;
        private final List<Tensor> layout;
        private double[][] start;
        private double[][] m;
        private double[][] v;
        private double[][] s;
        private double r;
        private double d;

        Algorithm(Prodigy prodigy, List<Tensor> layout) {
            this.prodigy = prodigy;
            this.layout = layout;
        }

        @Override
        public void step(double[][] x, Objective objective, double rate, long step) {
            if (step == 1) {
                d = prodigy.initialEstimate();
                start = like(x);
                m = like(x);
                v = like(x);
                s = like(x);
                for (int t = 0; t < x.length; t++) {
                    start[t] = x[t].clone();
                }
            }
            double beta1 = prodigy.beta1();
            double beta2 = prodigy.beta2();
            double gamma = rate;
            if (prodigy.biasCorrection()) {
                gamma *= Math.sqrt(1 - Math.pow(beta2, step)) / (1 - Math.pow(beta1, step));
            }
            double[][] g = objective.gradient(x);
            double b = Math.sqrt(beta2);
            double inner = 0;
            double norm1 = 0;
            for (int t = 0; t < x.length; t++) {
                for (int i = 0; i < x[t].length; i++) {
                    m[t][i] = beta1 * m[t][i] + (1 - beta1) * d * g[t][i];
                    v[t][i] = beta2 * v[t][i] + (1 - beta2) * d * d * g[t][i] * g[t][i];
                    double weight = d * d * (prodigy.safeguardWarmup() ? 1 : gamma);
                    s[t][i] = b * s[t][i] + (1 - b) * weight * g[t][i];
                    inner += g[t][i] * (start[t][i] - x[t][i]);
                    norm1 += Math.abs(s[t][i]);
                }
            }
            r = b * r + (1 - b) * gamma * d * d * inner;
            double found = prodigy.estimateFactor() * r / norm1;
            for (int t = 0; t < x.length; t++) {
                Role role = layout.get(t).role();
                boolean decays = role != Role.BIAS && role != Role.NORM;
                double lambda = decays ? prodigy.weightDecay() : 0;
                for (int i = 0; i < x[t].length; i++) {
                    double root = Math.sqrt(v[t][i]) + d * prodigy.epsilon();
                    x[t][i] -= gamma * d * (m[t][i] / root + lambda * x[t][i]);
                }
            }
            grow(found);
        }

        private double largest;

        private void grow(double found) {
            if (found > Math.max(largest, prodigy.initialEstimate())) {
                largest = found;
            }
            if (largest > d) {
                boolean first = d == prodigy.initialEstimate();
                d = first ? largest : Math.min(largest, d * prodigy.growthRate());
            }
        }

        private static double[][] like(double[][] values) {
            double[][] zeros = new double[values.length][];
            for (int t = 0; t < zeros.length; t++) {
                zeros[t] = new double[values[t].length];
            }
            return zeros;
        }
    }

    @Override
    public boolean decays(Prodigy prodigy) {
        return prodigy.weightDecay() > 0;
    }

    /** The estimate multiplies itself from a millionth, and what was rounded grows with it. */
    @Override
    public double roundingInABowl() {
        return 0.05;
    }

    @Override
    public Goal parabola() {
        return Goal.reached(1, 1000, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.03, 2000, 0.05);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(1, 1000, 0.001);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(1, 1000, 0.001);
    }

    @Test
    void findsTheOrderOfTheDistanceFromAMillionthOfIt() {
        double distance = 3;
        ArrayModel model =
                new ArrayModel(
                        List.of(Tensors.dense(0, 1, 2)),
                        new float[][] {{(float) distance, 0}},
                        new Prodigy());

        for (int step = 0; step < 300; step++) {
            model.run(absoluteValue(), 1);
        }

        double estimate = model.scalar(0);
        assertTrue(estimate > distance / 10 && estimate <= distance, "estimate " + estimate);
    }

    @Test
    void theEstimateGrowsNoFasterThanAllowed() {
        Prodigy prodigy = new Prodigy(1, 0.9, 0.999, 1e-8, 0, 1e-3, 1, 1.1, false, false);
        ArrayModel model =
                new ArrayModel(List.of(Tensors.dense(0, 1, 2)), new float[][] {{3, 0}}, prodigy);
        double former = 0;
        int grew = 0;
        for (int step = 0; step < 40; step++) {
            model.run(absoluteValue(), 1);
            double estimate = model.scalar(0);
            if (former > prodigy.initialEstimate()) {
                assertTrue(estimate <= 1.1 * former * (1 + 1e-12), former + " to " + estimate);
                grew += estimate > former ? 1 : 0;
            }
            former = estimate;
        }
        assertTrue(grew > 10, grew + " steps");
    }

    @Test
    void theEstimateNeverFalls() {
        ArrayModel model =
                new ArrayModel(
                        List.of(Tensors.dense(0, 1, 2)), new float[][] {{3, 0}}, new Prodigy());
        double former = 0;
        for (int step = 0; step < 1000; step++) {
            model.run(absoluteValue(), 1);
            assertTrue(model.scalar(0) >= former, "step " + step);
            former = model.scalar(0);
        }
        assertEquals(0, model.parameters()[0][0], 0.5);
    }

    /** |x|, as in the paper's analysis: the size of the gradient says nothing of the distance. */
    private static Objective absoluteValue() {
        return new Objective() {
            @Override
            public double loss(double[][] parameters) {
                return Math.abs(parameters[0][0]);
            }

            @Override
            public double[][] gradient(double[][] parameters) {
                return new double[][] {{Math.signum(parameters[0][0]), 0}};
            }
        };
    }
}
