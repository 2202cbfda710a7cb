package org.evengrad.optimizers.schedulefree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Span;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayModel;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.Objective;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class ScheduleFreeTest implements OptimizerContract<ScheduleFree> {
    @Override
    public List<ScheduleFree> strategies() {
        return List.of(
                new ScheduleFree(),
                new ScheduleFree(0.01, 0.6, 0.99, 1e-4, 0.2, new Span(50, Span.Unit.STEPS)),
                new ScheduleFree(0.001, 0.98, 0.95, 1e-8, 0, new Span(0.5, Span.Unit.PERCENT)));
    }

    @Override
    public Reference reference(ScheduleFree optimizer, List<Tensor> layout) {
        return new Sequences(optimizer, layout);
    }

    /** The three sequences of the paper, each in memory of its own. */
    private static final class Sequences implements Reference {
        private static final long STEPS_OF_THE_CONTRACT = 20_000;

        private final ScheduleFree optimizer;
        private final List<Tensor> layout;
        private double[][] x;
        private double[][] z;
        private double[][] v;
        private double sum;

        Sequences(ScheduleFree optimizer, List<Tensor> layout) {
            this.optimizer = optimizer;
            this.layout = layout;
        }

        @Override
        public void step(double[][] y, Objective objective, double rate, long step) {
            if (step == 1) {
                x = copy(y);
                z = copy(y);
                v = new double[y.length][];
                for (int t = 0; t < y.length; t++) {
                    v[t] = new double[y[t].length];
                }
            }
            double[][] g = objective.gradient(y);
            double warmup =
                    optimizer.warmup().unit() == Span.Unit.STEPS
                            ? optimizer.warmup().amount()
                            : optimizer.warmup().amount() / 100 * STEPS_OF_THE_CONTRACT;
            double growth = warmup > 0 ? Math.min(1, step / warmup) : 1;
            double gamma = rate * Math.sqrt(1 - Math.pow(optimizer.beta2(), step)) * growth;
            sum += gamma * gamma;
            double c = gamma * gamma / sum;
            for (int t = 0; t < y.length; t++) {
                Role role = layout.get(t).role();
                boolean decays = role != Role.BIAS && role != Role.NORM;
                double lambda = decays ? optimizer.weightDecay() : 0;
                for (int i = 0; i < y[t].length; i++) {
                    v[t][i] *= optimizer.beta2();
                    v[t][i] += (1 - optimizer.beta2()) * g[t][i] * g[t][i];
                    z[t][i] -= gamma * g[t][i] / (Math.sqrt(v[t][i]) + optimizer.epsilon());
                    z[t][i] -= gamma * lambda * y[t][i];
                    x[t][i] = (1 - c) * x[t][i] + c * z[t][i];
                    y[t][i] = (1 - optimizer.beta1()) * z[t][i] + optimizer.beta1() * x[t][i];
                }
            }
        }

        private static double[][] copy(double[][] values) {
            double[][] copy = new double[values.length][];
            for (int t = 0; t < copy.length; t++) {
                copy[t] = values[t].clone();
            }
            return copy;
        }
    }

    @Override
    public boolean decays(ScheduleFree optimizer) {
        return optimizer.weightDecay() > 0;
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.01, 1000, 0.01);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.03, 4000, 0.05);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.03, 1000, 0.02);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.03, 1000, 0.02);
    }

    @Test
    void evaluatesWithTheAverageAndTrainsBesideIt() {
        List<Tensor> layout = List.of(Tensors.dense(0, 1, 2));
        ScheduleFree optimizer = new ScheduleFree().withLearningRate(0.1);
        Sequences expected = new Sequences(optimizer, layout);
        double[][] trained = {{1, -2}};
        ArrayModel model = new ArrayModel(layout, new float[][] {{1, -2}}, optimizer);

        for (int step = 1; step <= 50; step++) {
            expected.step(trained, slope(), 0.1, step);
            model.run(slope(), 0.1);
        }

        float[][] shown = model.evaluationParameters();
        for (int i = 0; i < 2; i++) {
            assertEquals(expected.x[0][i], shown[0][i], 1e-5);
            assertEquals(trained[0][i], model.parameters()[0][i], 1e-5);
            assertNotEquals(shown[0][i], model.parameters()[0][i], 0.1f);
        }
    }

    @Test
    void evaluatesWithTheParametersBeforeTheFirstStep() {
        float[][] first = {{1, -2}};
        ArrayModel model =
                new ArrayModel(List.of(Tensors.dense(0, 1, 2)), first, new ScheduleFree());

        assertArrayEquals(first[0], model.evaluationParameters()[0]);
    }

    private static Objective slope() {
        return new Objective() {
            @Override
            public double loss(double[][] parameters) {
                return parameters[0][0] - parameters[0][1];
            }

            @Override
            public double[][] gradient(double[][] parameters) {
                return new double[][] {{1, -1}};
            }
        };
    }
}
