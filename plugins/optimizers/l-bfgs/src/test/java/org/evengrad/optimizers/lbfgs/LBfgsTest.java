package org.evengrad.optimizers.lbfgs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayModel;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.Objective;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class LBfgsTest implements OptimizerContract<LBfgs> {
    @Override
    public List<LBfgs> strategies() {
        return List.of(new LBfgs(), new LBfgs(0.3, 3, 0.5, 1e-4), new LBfgs(0.1, 2, 0, 0.1));
    }

    @Override
    public Reference reference(LBfgs lbfgs, List<Tensor> layout) {
        return new TwoLoops(lbfgs);
    }

    /** The recursion as it is usually written, on vectors. */
    private static final class TwoLoops implements Reference {
        private record Pair(double[] s, double[] y) {
            double curvature() {
                return dot(s, y);
            }
        }

        private final LBfgs lbfgs;
        private final Deque<Pair> newestFirst = new ArrayDeque<>();

        TwoLoops(LBfgs lbfgs) {
            this.lbfgs = lbfgs;
        }

        @Override
        public void step(double[][] parameters, Objective objective, double rate, long step) {
            double[] w = flat(parameters);
            double[] g = flat(objective.gradient(parameters));
            double[] direction = direction(g);
            int next = 0;
            for (double[] row : parameters) {
                for (int i = 0; i < row.length; i++) {
                    row[i] -= rate * direction[next++];
                }
            }
            double[] s = flat(parameters);
            double[] y = flat(objective.gradient(parameters));
            for (int i = 0; i < s.length; i++) {
                s[i] -= w[i];
                y[i] += lbfgs.damping() * s[i] - g[i];
            }
            if (dot(s, y) > lbfgs.smallestCosine() * Math.sqrt(dot(s, s) * dot(y, y))) {
                newestFirst.addFirst(new Pair(s, y));
                if (newestFirst.size() > lbfgs.history()) {
                    newestFirst.removeLast();
                }
            }
        }

        private double[] direction(double[] g) {
            double[] q = g.clone();
            Deque<Double> alphas = new ArrayDeque<>();
            for (Pair pair : newestFirst) {
                double alpha = dot(pair.s, q) / pair.curvature();
                alphas.addLast(alpha);
                add(q, -alpha, pair.y);
            }
            if (!newestFirst.isEmpty()) {
                Pair newest = newestFirst.getFirst();
                scale(q, newest.curvature() / dot(newest.y, newest.y));
            }
            for (Iterator<Pair> i = newestFirst.descendingIterator(); i.hasNext(); ) {
                Pair pair = i.next();
                double beta = dot(pair.y, q) / pair.curvature();
                add(q, alphas.removeLast() - beta, pair.s);
            }
            if (newestFirst.isEmpty() || !(dot(q, g) > 0)) {
                newestFirst.clear();
                q = g.clone();
                scale(q, Math.min(1, 1 / Arrays.stream(g).map(Math::abs).sum()));
            }
            return q;
        }

        private static double[] flat(double[][] rows) {
            return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        }

        private static double dot(double[] left, double[] right) {
            double sum = 0;
            for (int i = 0; i < left.length; i++) {
                sum += left[i] * right[i];
            }
            return sum;
        }

        private static void add(double[] to, double factor, double[] values) {
            for (int i = 0; i < to.length; i++) {
                to[i] += factor * values[i];
            }
        }

        private static void scale(double[] values, double factor) {
            for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
            }
        }
    }

    @Override
    public Goal parabola() {
        return Goal.reached(1, 20, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.5, 200, 0.01);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(1, 200, 0.01);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(1, 50, 0.001);
    }

    /** Only curvature fills its memory; the contract's steps have none where they lead to. */
    @Test
    @Override
    public void usesAllTheMemoryThatItAsksFor() {
        for (LBfgs lbfgs : strategies()) {
            ArrayModel model = model(lbfgs);
            for (int step = 0; step < 16; step++) {
                model.run(valley(), 0.3);
            }
            for (int slot = 0; slot < lbfgs.slots(); slot++) {
                float[] values = model.slot(slot)[0];
                assertTrue(values[0] != 0 || values[1] != 0, lbfgs + ", slot " + slot);
            }
            for (int scalar = 0; scalar < lbfgs.scalars(); scalar++) {
                boolean next = scalar == 1;
                assertTrue(next || model.scalar(scalar) != 0, lbfgs + ", scalar " + scalar);
            }
        }
    }

    @Test
    void solvesAParabolaOnceItHasSeenEachDirection() {
        ArrayModel model = model(new LBfgs());

        for (int step = 0; step < 8; step++) {
            model.run(valley(), 1);
        }

        assertArrayEquals(new float[] {0, 0}, model.parameters()[0], 1e-4f);
    }

    /** On a parabola s'y is the same with the pairs exchanged; here it is not. */
    @Test
    void agreesWithTheFormulaWhereTheCurvatureChanges() {
        double[] start = {0.5, -0.3, 0.8, -0.6};
        for (LBfgs lbfgs : strategies()) {
            ArrayModel model =
                    new ArrayModel(
                            List.of(Tensors.dense(0, 2, 2)),
                            new float[][] {{0.5f, -0.3f, 0.8f, -0.6f}},
                            lbfgs);
            double[][] expected = {start.clone()};
            Reference reference = reference(lbfgs, List.of());
            for (int step = 1; step <= 8; step++) {
                reference.step(expected, quartic(), 0.5, step);
                model.run(quartic(), 0.5);
            }
            for (int i = 0; i < start.length; i++) {
                assertEquals(expected[0][i], model.parameters()[0][i], 1e-5, lbfgs.toString());
            }
        }
    }

    private static Objective quartic() {
        return new Objective() {
            @Override
            public double loss(double[][] parameters) {
                double[] w = parameters[0];
                double loss = 0;
                for (int i = 0; i < w.length; i++) {
                    double sum = w[i] + w[(i + 1) % w.length];
                    loss += w[i] * w[i] / 2 + (i + 1) * Math.pow(sum, 4) / 4;
                }
                return loss;
            }

            @Override
            public double[][] gradient(double[][] parameters) {
                double[] w = parameters[0];
                double[] gradient = w.clone();
                for (int i = 0; i < w.length; i++) {
                    int next = (i + 1) % w.length;
                    double slope = (i + 1) * Math.pow(w[i] + w[next], 3);
                    gradient[i] += slope;
                    gradient[next] += slope;
                }
                return new double[][] {gradient};
            }
        };
    }

    @Test
    void theFirstStepIsShort() {
        ArrayModel model = model(new LBfgs());

        model.run(valley(), 1);

        // The gradient is (3, -40), and the sum of its magnitudes is 43.
        assertArrayEquals(new float[] {3 - 3f / 43, -4 + 40f / 43}, model.parameters()[0], 1e-6f);
    }

    @Test
    void dropsAPairOfNegativeCurvature() {
        ArrayModel model = model(new LBfgs());

        model.run(turned(), 0.1);

        assertEquals(0, model.scalar(0));
    }

    @Test
    void dampingMakesAPairOfNegativeCurvatureUseful() {
        ArrayModel model = model(new LBfgs(1, 5, 20, 1e-4));

        model.run(turned(), 0.1);

        assertEquals(1, model.scalar(0));
    }

    private static ArrayModel model(LBfgs lbfgs) {
        return new ArrayModel(List.of(Tensors.dense(0, 1, 2)), new float[][] {{3, -4}}, lbfgs);
    }

    private static Objective valley() {
        return quadratic(1, 10);
    }

    private static Objective turned() {
        return quadratic(-1, -10);
    }

    private static Objective quadratic(double first, double second) {
        return new Objective() {
            @Override
            public double loss(double[][] parameters) {
                double[] w = parameters[0];
                return (first * w[0] * w[0] + second * w[1] * w[1]) / 2;
            }

            @Override
            public double[][] gradient(double[][] parameters) {
                double[] w = parameters[0];
                return new double[][] {{first * w[0], second * w[1]}};
            }
        };
    }
}
