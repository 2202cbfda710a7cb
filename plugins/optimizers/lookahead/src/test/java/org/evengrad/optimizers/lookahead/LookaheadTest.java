package org.evengrad.optimizers.lookahead;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayModel;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.Objective;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class LookaheadTest implements OptimizerContract<Lookahead> {
    /** Descent with momentum, which counts its steps, so that it has a slot and a scalar. */
    @Strategy(
            name = "counting",
            summary = "Momentum that counts",
            formula = "a test's",
            useWhen = "in tests",
            avoidWhen = "elsewhere",
            reference = "-",
            since = "-")
    public record Counting(
            @Option(help = "Rate") double learningRate, @Option(help = "Kept") double momentum)
            implements Optimizer {
        public Counting() {
            this(0.01, 0.9);
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public int scalars() {
            return 1;
        }

        @Override
        public void step(Step step) {
            step.scalar(0, step.scalar(0) + 1);
            step.apply(this);
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            for (int i = 0; i < chunk.size(); i++) {
                chunk.state(0)[i] = (float) momentum * chunk.state(0)[i] + chunk.gradient()[i];
                chunk.parameters()[i] -= (float) at.rate() * chunk.state(0)[i];
            }
        }
    }

    @Override
    public List<Lookahead> strategies() {
        return List.of(
                new Lookahead(new Counting()),
                new Lookahead(0.02, new Counting(0.5, 0), 3, 0.8),
                new Lookahead(0, new Lookahead(0, new Counting(), 2, 0.25), 1, 1));
    }

    @Override
    public Reference reference(Lookahead lookahead, List<Tensor> layout) {
        return new SlowWeights(lookahead, inner(lookahead.optimizer(), layout));
    }

    private static Reference inner(Optimizer optimizer, List<Tensor> layout) {
        if (optimizer instanceof Lookahead nested) {
            return new SlowWeights(nested, inner(nested.optimizer(), layout));
        }
        double momentum = ((Counting) optimizer).momentum();
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] velocity = new double[tensor.size()];
                    return (w, g, rate, step) -> {
                        for (int i = 0; i < w.length; i++) {
                            velocity[i] = momentum * velocity[i] + g[i];
                            w[i] -= rate * velocity[i];
                        }
                    };
                });
    }

    private static final class SlowWeights implements Reference {
        private final Lookahead lookahead;
        private final Reference inner;
        private double[][] slow;

        SlowWeights(Lookahead lookahead, Reference inner) {
            this.lookahead = lookahead;
            this.inner = inner;
        }

        @Override
        public void step(double[][] fast, Objective objective, double rate, long step) {
            if (step == 1) {
                slow = new double[fast.length][];
                for (int t = 0; t < fast.length; t++) {
                    slow[t] = fast[t].clone();
                }
            }
            inner.step(fast, objective, rate, step);
            if (step % lookahead.synchronizationPeriod() == 0) {
                double alpha = lookahead.slowStepSize();
                for (int t = 0; t < fast.length; t++) {
                    for (int i = 0; i < fast[t].length; i++) {
                        slow[t][i] = (1 - alpha) * slow[t][i] + alpha * fast[t][i];
                        fast[t][i] = slow[t][i];
                    }
                }
            }
        }
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.1, 500, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.003, 2000, 0.01);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(1, 2000, 0.01);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.3, 500, 0.01);
    }

    @Test
    void evaluatesWithTheSlowWeights() {
        ArrayModel model = model(new Lookahead(0.1, new Counting(1, 0), 2, 0.5));

        model.run(slope(), 0.1);
        assertArrayEquals(new float[] {1, -2}, model.evaluationParameters()[0]);
        assertArrayEquals(new float[] {0.9f, -2}, model.parameters()[0]);

        model.run(slope(), 0.1);
        assertArrayEquals(new float[] {0.9f, -2}, model.evaluationParameters()[0], 1e-6f);
        assertArrayEquals(new float[] {0.9f, -2}, model.parameters()[0], 1e-6f);
    }

    @Test
    void evaluatesWithTheParametersBeforeTheFirstStep() {
        assertArrayEquals(
                new float[] {1, -2},
                model(new Lookahead(new Counting())).evaluationParameters()[0]);
    }

    @Test
    void handsItsOwnMemoryToNobody() {
        ArrayModel model = model(new Lookahead(0.1, new Counting(1, 0), 2, 0.5));

        for (int step = 0; step < 3; step++) {
            model.run(slope(), 0.1);
        }

        assertEquals(2, model.scalar(0));
        assertEquals(3, model.scalar(1));
        assertEquals(1, model.slot(1)[0][0]);
    }

    @Test
    void takesTheRateOfTheOptimizerUnlessItHasItsOwn() {
        assertEquals(0.25, new Lookahead(new Counting(0.25, 0)).learningRate());
        assertEquals(0.5, new Lookahead(0.5, new Counting(0.25, 0), 5, 0.5).learningRate());
    }

    @Test
    void saysThatItNeedsAnOptimizer() {
        assertEquals(
                "lookahead needs an optimizer",
                assertThrows(IllegalStateException.class, () -> new Lookahead().slots())
                        .getMessage());
    }

    private static ArrayModel model(Lookahead lookahead) {
        return new ArrayModel(List.of(Tensors.dense(0, 1, 2)), new float[][] {{1, -2}}, lookahead);
    }

    private static Objective slope() {
        return new Objective() {
            @Override
            public double loss(double[][] parameters) {
                return parameters[0][0];
            }

            @Override
            public double[][] gradient(double[][] parameters) {
                return new double[][] {{1, 0}};
            }
        };
    }
}
