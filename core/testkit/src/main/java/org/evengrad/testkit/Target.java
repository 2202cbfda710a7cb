package org.evengrad.testkit;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Tensor;

/** A function with one minimum that is known, and where an optimizer starts to look for it. */
final class Target implements Objective {
    /** A function of all parameters in one row. */
    private interface Landscape {
        double loss(double[] at);

        double[] gradient(double[] at);
    }

    private final List<Tensor> layout;
    private final double[] start;
    private final double[] minimum;
    private final Landscape landscape;

    private Target(List<Tensor> layout, double[] start, double[] minimum, Landscape landscape) {
        this.layout = layout;
        this.start = start;
        this.minimum = minimum;
        this.landscape = landscape;
    }

    /** Half the sum of a·d² with a from 1 to 3, d the distance from the minimum; 21 parameters. */
    static Target parabola() {
        List<Tensor> layout =
                List.of(Tensors.dense(0, 3, 4), Tensors.bias(1, 3, 4), Tensors.dense(2, 2, 3));
        double[] minimum = normal(3, 21);
        return new Target(
                layout,
                normal(4, 21),
                minimum,
                new Landscape() {
                    @Override
                    public double loss(double[] at) {
                        double loss = 0;
                        for (int i = 0; i < at.length; i++) {
                            loss += (1 + i % 3) * Math.pow(at[i] - minimum[i], 2) / 2;
                        }
                        return loss;
                    }

                    @Override
                    public double[] gradient(double[] at) {
                        double[] gradient = new double[at.length];
                        for (int i = 0; i < at.length; i++) {
                            gradient[i] = (1 + i % 3) * (at[i] - minimum[i]);
                        }
                        return gradient;
                    }
                });
    }

    /**
     * (1 - x)² + 100 (y - x²)², from (-1.2, 1): along a bent valley to (1, 1). Rosenbrock, 1960.
     */
    static Target rosenbrock() {
        return new Target(
                List.of(Tensors.dense(0, 1, 2)),
                new double[] {-1.2, 1},
                new double[] {1, 1},
                new Landscape() {
                    @Override
                    public double loss(double[] at) {
                        double beside = at[1] - at[0] * at[0];
                        return Math.pow(1 - at[0], 2) + 100 * beside * beside;
                    }

                    @Override
                    public double[] gradient(double[] at) {
                        double beside = at[1] - at[0] * at[0];
                        return new double[] {-2 * (1 - at[0]) - 400 * at[0] * beside, 200 * beside};
                    }
                });
    }

    /**
     * Half of d·H·d, where H has the eigenvalues 1 to 0.001, so a condition number of 1000, and
     * eigenvectors that lie along no axis. The start is equally far along each of the 12.
     */
    static Target illConditionedQuadratic() {
        List<Tensor> layout =
                List.of(Tensors.dense(0, 3, 2), Tensors.bias(1, 3, 2), Tensors.dense(2, 1, 3));
        int size = 12;
        double[][] directions = directions(size);
        double[] minimum = normal(5, size);
        double[] start = minimum.clone();
        for (double[] direction : directions) {
            for (int i = 0; i < size; i++) {
                start[i] += 0.5 * direction[i];
            }
        }
        return new Target(
                layout,
                start,
                minimum,
                new Landscape() {
                    @Override
                    public double loss(double[] at) {
                        double[] gradient = gradient(at);
                        double loss = 0;
                        for (int i = 0; i < size; i++) {
                            loss += gradient[i] * (at[i] - minimum[i]) / 2;
                        }
                        return loss;
                    }

                    @Override
                    public double[] gradient(double[] at) {
                        double[] gradient = new double[size];
                        for (int k = 0; k < size; k++) {
                            double along = 0;
                            for (int i = 0; i < size; i++) {
                                along += directions[k][i] * (at[i] - minimum[i]);
                            }
                            double eigenvalue = Math.pow(10, -3.0 * k / (size - 1));
                            for (int i = 0; i < size; i++) {
                                gradient[i] += eigenvalue * along * directions[k][i];
                            }
                        }
                        return gradient;
                    }
                });
    }

    /** Orthonormal rows: the axes, reflected at a random plane. Householder, 1958. */
    private static double[][] directions(int size) {
        double[] normal = normal(6, size);
        double squares = Arrays.stream(normal).map(value -> value * value).sum();
        double[][] directions = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                directions[i][j] = (i == j ? 1 : 0) - 2 * normal[i] * normal[j] / squares;
            }
        }
        return directions;
    }

    /**
     * The cross-entropy of a logistic regression on 64 fixed examples with five features. The
     * targets are the probabilities that known weights give, which therefore are the minimum.
     */
    static Target logisticRegression() {
        int features = 5;
        int examples = 64;
        double[] minimum = {1.5, -2, 1, 0.5, -0.75, 0.6};
        double[][] inputs = new double[examples][];
        double[] targets = new double[examples];
        for (int example = 0; example < examples; example++) {
            inputs[example] = normal(100 + example, features + 1);
            for (int i = 0; i < features; i++) {
                inputs[example][i] *= 2;
            }
            inputs[example][features] = 1;
            targets[example] = probability(minimum, inputs[example]);
        }
        return new Target(
                List.of(Tensors.dense(0, 1, features), Tensors.bias(1, 1, features)),
                normal(8, features + 1),
                minimum,
                new Landscape() {
                    @Override
                    public double loss(double[] at) {
                        double loss = 0;
                        for (int example = 0; example < examples; example++) {
                            double likely = probability(at, inputs[example]);
                            loss -= targets[example] * Math.log(likely);
                            loss -= (1 - targets[example]) * Math.log1p(-likely);
                        }
                        return loss / examples;
                    }

                    @Override
                    public double[] gradient(double[] at) {
                        double[] gradient = new double[at.length];
                        for (int example = 0; example < examples; example++) {
                            double[] input = inputs[example];
                            double error = probability(at, input) - targets[example];
                            for (int i = 0; i < gradient.length; i++) {
                                gradient[i] += error * input[i] / examples;
                            }
                        }
                        return gradient;
                    }
                });
    }

    private static double probability(double[] weights, double[] input) {
        double sum = 0;
        for (int i = 0; i < input.length; i++) {
            sum += weights[i] * input[i];
        }
        return 1 / (1 + Math.exp(-sum));
    }

    private static double[] normal(long seed, int size) {
        return Objectives.doubles(new float[][] {SeededRandom.normal(seed, size, 0.5)})[0];
    }

    /**
     * Runs an optimizer.
     *
     * @return how far from the minimum the parameters to evaluate with end, as a share of the
     *     distance at the start
     */
    double distanceLeft(Optimizer optimizer, double rate, int steps) {
        double[][] first = start();
        float[][] floats = new float[first.length][];
        for (int t = 0; t < floats.length; t++) {
            floats[t] = new float[first[t].length];
            for (int i = 0; i < floats[t].length; i++) {
                floats[t][i] = (float) first[t][i];
            }
        }
        ArrayModel model = new ArrayModel(layout, floats, optimizer);
        for (int step = 0; step < steps; step++) {
            model.run(this, rate);
        }
        double[] last = row(Objectives.doubles(model.evaluationParameters()));
        return distance(last) / distance(start);
    }

    private double distance(double[] at) {
        double squares = 0;
        for (int i = 0; i < at.length; i++) {
            squares += Math.pow(at[i] - minimum[i], 2);
        }
        return Math.sqrt(squares);
    }

    @Override
    public double loss(double[][] parameters) {
        return landscape.loss(row(parameters));
    }

    @Override
    public double[][] gradient(double[][] parameters) {
        return rows(landscape.gradient(row(parameters)));
    }

    /** A copy of where optimizers start. */
    double[][] start() {
        return rows(start);
    }

    /** A copy of where they are to end. */
    double[][] minimum() {
        return rows(minimum);
    }

    private double[][] rows(double[] row) {
        double[][] rows = new double[layout.size()][];
        int next = 0;
        for (int t = 0; t < rows.length; t++) {
            int size = layout.get(t).size();
            rows[t] = Arrays.copyOfRange(row, next, next + size);
            next += size;
        }
        return rows;
    }

    private double[] row(double[][] parameters) {
        double[] row = new double[minimum.length];
        int next = 0;
        for (double[] values : parameters) {
            System.arraycopy(values, 0, row, next, values.length);
            next += values.length;
        }
        return row;
    }
}
