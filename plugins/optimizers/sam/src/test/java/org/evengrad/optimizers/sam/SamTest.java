package org.evengrad.optimizers.sam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
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

final class SamTest implements OptimizerContract<Sam> {
    /** Descent that keeps its last gradient, and is evaluated with it. */
    @Strategy(
            name = "descent",
            summary = "Descent",
            formula = "a test's",
            useWhen = "in tests",
            avoidWhen = "elsewhere",
            reference = "-",
            since = "-")
    public record Descent(@Option(help = "Rate") double learningRate) implements Optimizer {
        public Descent() {
            this(0.01);
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            for (int i = 0; i < chunk.size(); i++) {
                chunk.state(0)[i] = chunk.gradient()[i];
                chunk.parameters()[i] -= (float) at.rate() * chunk.gradient()[i];
            }
        }
    }

    /** The same, evaluated where its last gradient points to. */
    @Strategy(
            name = "looking",
            summary = "Descent",
            formula = "a test's",
            useWhen = "in tests",
            avoidWhen = "elsewhere",
            reference = "-",
            since = "-")
    public record Looking(@Option(help = "Rate") double learningRate) implements Optimizer {
        public Looking() {
            this(0.01);
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            new Descent().update(chunk, at);
        }

        @Override
        public void evaluationParameters(Chunk copy, StepContext at) {
            System.arraycopy(copy.state(0), 0, copy.parameters(), 0, copy.size());
        }
    }

    @Override
    public List<Sam> strategies() {
        return List.of(
                new Sam(new Descent()),
                new Sam(0.3, new Descent(), 2),
                new Sam(0, new Sam(new Descent(0.1)), 0.5));
    }

    @Override
    public Reference reference(Sam sam, List<Tensor> layout) {
        return (w, objective, rate, step) -> {
            double[][] gradient = worst(sam, objective, w);
            for (int t = 0; t < w.length; t++) {
                for (int i = 0; i < w[t].length; i++) {
                    w[t][i] -= rate * gradient[t][i];
                }
            }
        };
    }

    /** A nested one climbs from w along the gradient that the outer one hands to it. */
    private static double[][] worst(Sam sam, Objective objective, double[][] w) {
        double[][] gradient = objective.gradient(w);
        for (Optimizer each = sam; each instanceof Sam climber; each = climber.optimizer()) {
            double squares = 0;
            for (double[] row : gradient) {
                squares += Arrays.stream(row).map(value -> value * value).sum();
            }
            double[][] worst = new double[w.length][];
            for (int t = 0; t < w.length; t++) {
                worst[t] = new double[w[t].length];
                for (int i = 0; i < w[t].length; i++) {
                    double direction = squares == 0 ? 0 : gradient[t][i] / Math.sqrt(squares);
                    worst[t][i] = w[t][i] + climber.neighborhood() * direction;
                }
            }
            gradient = objective.gradient(worst);
        }
        return gradient;
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.1, 1000, 0.01);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.leftOut(
                "the worst point nearby lies across the valley, whose walls outweigh its slope");
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(1, 4000, 0.05);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.3, 1000, 0.01);
    }

    @Test
    void theOptimizerSeesTheGradientOfTheWorstPointAtTheWeightsThemselves() {
        ArrayModel model = model(new Sam(0, new Descent(1), 0.5));

        model.run(bowl(), 0.1);

        // The gradient (3, -4) has norm 5: the point is (3.3, -4.4), and so is its gradient.
        assertArrayEquals(new float[] {3.3f, -4.4f}, model.slot(1)[0], 1e-6f);
        assertArrayEquals(new float[] {3 - 0.33f, -4 + 0.44f}, model.parameters()[0], 1e-6f);
    }

    @Test
    void evaluatesWithWhatTheOptimizerEvaluatesWith() {
        ArrayModel model = model(new Sam(0, new Looking(1), 0.5));

        model.run(bowl(), 0.1);

        assertArrayEquals(new float[] {3.3f, -4.4f}, model.evaluationParameters()[0], 1e-6f);
    }

    @Test
    void takesTheRateOfTheOptimizerUnlessItHasItsOwn() {
        assertEquals(0.25, new Sam(new Descent(0.25)).learningRate());
        assertEquals(0.5, new Sam(0.5, new Descent(0.25), 0.05).learningRate());
    }

    @Test
    void saysThatItNeedsAnOptimizer() {
        assertEquals(
                "sam needs an optimizer",
                assertThrows(IllegalStateException.class, () -> new Sam().slots()).getMessage());
    }

    private static ArrayModel model(Sam sam) {
        return new ArrayModel(List.of(Tensors.dense(0, 1, 2)), new float[][] {{3, -4}}, sam);
    }

    private static Objective bowl() {
        return new Objective() {
            @Override
            public double loss(double[][] parameters) {
                return (Math.pow(parameters[0][0], 2) + Math.pow(parameters[0][1], 2)) / 2;
            }

            @Override
            public double[][] gradient(double[][] parameters) {
                return new double[][] {parameters[0].clone()};
            }
        };
    }
}
