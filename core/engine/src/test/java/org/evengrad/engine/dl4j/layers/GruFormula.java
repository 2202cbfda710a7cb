package org.evengrad.engine.dl4j.layers;

import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A gated recurrent unit written down from its equations, element by element, in doubles. */
final class GruFormula {
    private final int inputs;
    private final int units;
    private final DoubleUnaryOperator activation;

    GruFormula(int inputs, int units, DoubleUnaryOperator activation) {
        this.inputs = inputs;
        this.units = units;
        this.activation = activation;
    }

    /**
     * States behind all steps of one sequence, {@code [step][unit]}.
     *
     * @param parameters as in DL4J's flat vector
     * @param x {@code [input][step]}
     * @param kept 1 for a step that counts and 0 for one of padding
     */
    double[][] states(double[] parameters, double[][] x, double[] initial, double[] kept) {
        int steps = x[0].length;
        double[][] states = new double[steps][units];
        double[] h = initial;
        for (int t = 0; t < steps; t++) {
            for (int j = 0; j < units; j++) {
                double r = sigmoid(own(parameters, 0, j, x, t) + recurrent(parameters, 0, j, h));
                double z = sigmoid(own(parameters, 1, j, x, t) + recurrent(parameters, 1, j, h));
                double a =
                        activation.applyAsDouble(
                                own(parameters, 2, j, x, t) + r * recurrent(parameters, 2, j, h));
                states[t][j] = kept[t] * ((1 - z) * a + z * h[j]);
            }
            h = states[t];
        }
        return states;
    }

    /** The sum over steps from a first one and over units of states times weights. */
    double weightedSum(
            double[] parameters,
            double[][] x,
            double[] initial,
            double[] kept,
            double[][] weights) {
        double[][] states = states(parameters, x, initial, kept);
        double sum = 0;
        for (int t = 0; t < states.length; t++) {
            for (int j = 0; j < units; j++) {
                sum += weights[t][j] * states[t][j];
            }
        }
        return sum;
    }

    private double own(double[] parameters, int gate, int unit, double[][] x, int t) {
        int column = gate * units + unit;
        double sum = parameters[biases() + column];
        for (int i = 0; i < inputs; i++) {
            sum += parameters[column * inputs + i] * x[i][t];
        }
        return sum;
    }

    private double recurrent(double[] parameters, int gate, int unit, double[] h) {
        int column = gate * units + unit;
        double sum = parameters[biases() + 3 * units + column];
        for (int i = 0; i < units; i++) {
            sum += parameters[3 * units * inputs + column * units + i] * h[i];
        }
        return sum;
    }

    private int biases() {
        return 3 * units * (inputs + units);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** One example of {@code [rows, features, steps]} as {@code [feature][step]}. */
    static double[][] example(INDArray array, int row) {
        double[][] values = new double[(int) array.size(1)][(int) array.size(2)];
        for (int i = 0; i < values.length; i++) {
            for (int t = 0; t < values[i].length; t++) {
                values[i][t] = array.getDouble(row, i, t);
            }
        }
        return values;
    }
}
