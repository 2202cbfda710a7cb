package org.evengrad.engine.dl4j.layers;

import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The plain form in double precision, for every data type but float: simple loops, for checking
 * gradients. Heap arrays are {@code [step][row][unit]}.
 */
final class DoubleGru implements GruPasses {
    private final IActivation activation;
    private int rows;
    private int inputs;
    private int units;
    private int steps;
    private double[][][] x;
    private double[][][] reset;
    private double[][][] update;
    private double[][][] preActivation;
    private double[][][] candidate;
    private double[][][] recurrentCandidate;

    /** {@code state[t]} is the state before step t. */
    private double[][][] state;

    private double[][] kept;

    DoubleGru(IActivation activation) {
        this.activation = activation;
    }

    @Override
    public void forward(
            Arrays parameters,
            INDArray input,
            Optional<INDArray> initial,
            Optional<INDArray> mask,
            boolean training,
            INDArray output) {
        rows = (int) input.size(0);
        inputs = (int) input.size(1);
        steps = (int) input.size(2);
        units = (int) parameters.recurrentWeights().size(0);
        allocate();
        double[][] w = matrix(parameters.inputWeights());
        double[][] u = matrix(parameters.recurrentWeights());
        double[] b = parameters.biases().dup('c').data().asDouble();
        initial.ifPresent(given -> state[0] = matrix(given));
        mask.ifPresent(given -> kept = matrix(given.reshape('c', rows, steps)));
        read(input, x);
        for (int t = 0; t < steps; t++) {
            for (int row = 0; row < rows; row++) {
                double[] own = product(x[t][row], w);
                double[] recurrent = product(state[t][row], u);
                for (int j = 0; j < units; j++) {
                    int k = units + j;
                    int l = 2 * units + j;
                    reset[t][row][j] = sigmoid(own[j] + recurrent[j] + b[j] + b[3 * units + j]);
                    update[t][row][j] = sigmoid(own[k] + recurrent[k] + b[k] + b[3 * units + k]);
                    recurrentCandidate[t][row][j] = recurrent[l] + b[3 * units + l];
                    preActivation[t][row][j] =
                            own[l] + b[l] + reset[t][row][j] * recurrentCandidate[t][row][j];
                }
            }
            activate(preActivation[t], training, candidate[t]);
            for (int row = 0; row < rows; row++) {
                for (int j = 0; j < units; j++) {
                    double z = update[t][row][j];
                    state[t + 1][row][j] =
                            kept[row][t] * ((1 - z) * candidate[t][row][j] + z * state[t][row][j]);
                }
            }
        }
        for (int t = 0; t < steps; t++) {
            for (int row = 0; row < rows; row++) {
                for (int j = 0; j < units; j++) {
                    output.putScalar(row, j, t, state[t + 1][row][j]);
                }
            }
        }
    }

    private void allocate() {
        x = new double[steps][rows][inputs];
        reset = new double[steps][rows][units];
        update = new double[steps][rows][units];
        preActivation = new double[steps][rows][units];
        candidate = new double[steps][rows][units];
        recurrentCandidate = new double[steps][rows][units];
        state = new double[steps + 1][rows][units];
        kept = new double[rows][steps];
        for (double[] row : kept) {
            java.util.Arrays.fill(row, 1);
        }
    }

    @Override
    public void lastState(INDArray last) {
        for (int row = 0; row < rows; row++) {
            for (int j = 0; j < units; j++) {
                last.putScalar(row, j, state[steps][row][j]);
            }
        }
    }

    @Override
    public void backward(
            Arrays parameters,
            INDArray epsilon,
            int firstStep,
            Arrays gradient,
            INDArray inputGradient) {
        double[][] w = matrix(parameters.inputWeights());
        double[][] u = matrix(parameters.recurrentWeights());
        double[][] gradientW = new double[inputs][3 * units];
        double[][] gradientU = new double[units][3 * units];
        double[] gradientB = new double[6 * units];
        double[][][] above = new double[steps][rows][units];
        read(epsilon, above);
        inputGradient.assign(0);
        double[][] carried = new double[rows][units];
        for (int t = steps - 1; t >= firstStep; t--) {
            double[][] error = new double[rows][units];
            double[][] atCandidate = new double[rows][units];
            for (int row = 0; row < rows; row++) {
                for (int j = 0; j < units; j++) {
                    error[row][j] = kept[row][t] * (above[t][row][j] + carried[row][j]);
                    atCandidate[row][j] = error[row][j] * (1 - update[t][row][j]);
                }
            }
            double[][] atPreActivation = activateBack(preActivation[t], atCandidate);
            for (int row = 0; row < rows; row++) {
                double[] own = new double[3 * units];
                for (int j = 0; j < units; j++) {
                    double r = reset[t][row][j];
                    double z = update[t][row][j];
                    double a = atPreActivation[row][j];
                    own[j] = a * recurrentCandidate[t][row][j] * r * (1 - r);
                    own[units + j] =
                            error[row][j] * (state[t][row][j] - candidate[t][row][j]) * z * (1 - z);
                    own[2 * units + j] = a;
                }
                double[] recurrent = own.clone();
                for (int j = 0; j < units; j++) {
                    recurrent[2 * units + j] *= reset[t][row][j];
                }
                for (int k = 0; k < 3 * units; k++) {
                    gradientB[k] += own[k];
                    gradientB[3 * units + k] += recurrent[k];
                }
                addOuter(x[t][row], own, gradientW);
                addOuter(state[t][row], recurrent, gradientU);
                double[] below = transposedProduct(own, w);
                for (int i = 0; i < inputs; i++) {
                    inputGradient.putScalar(row, i, t, below[i]);
                }
                double[] before = transposedProduct(recurrent, u);
                for (int j = 0; j < units; j++) {
                    carried[row][j] = before[j] + error[row][j] * update[t][row][j];
                }
            }
        }
        gradient.inputWeights().assign(array(gradientW));
        gradient.recurrentWeights().assign(array(gradientU));
        gradient.biases().assign(array(new double[][] {gradientB}));
    }

    @SuppressWarnings("try")
    private void activate(double[][] in, boolean training, double[][] out) {
        try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            copy(matrix(activation.getActivation(array(in), training)), out);
        }
    }

    @SuppressWarnings("try")
    private double[][] activateBack(double[][] in, double[][] epsilon) {
        try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            return matrix(activation.backprop(array(in), array(epsilon)).getFirst());
        }
    }

    private static INDArray array(double[][] values) {
        return Nd4j.createFromArray(values).castTo(DataType.DOUBLE);
    }

    private static double[][] matrix(INDArray array) {
        return array.toDoubleMatrix();
    }

    private static void copy(double[][] from, double[][] to) {
        for (int row = 0; row < from.length; row++) {
            System.arraycopy(from[row], 0, to[row], 0, from[row].length);
        }
    }

    /** From {@code [rows, features, steps]}. */
    private static void read(INDArray from, double[][][] to) {
        for (int t = 0; t < to.length; t++) {
            for (int row = 0; row < to[t].length; row++) {
                for (int i = 0; i < to[t][row].length; i++) {
                    to[t][row][i] = from.getDouble(row, i, t);
                }
            }
        }
    }

    private static double[] product(double[] vector, double[][] matrix) {
        double[] result = new double[matrix[0].length];
        for (int i = 0; i < vector.length; i++) {
            for (int k = 0; k < result.length; k++) {
                result[k] += vector[i] * matrix[i][k];
            }
        }
        return result;
    }

    private static double[] transposedProduct(double[] vector, double[][] matrix) {
        double[] result = new double[matrix.length];
        for (int i = 0; i < result.length; i++) {
            for (int k = 0; k < vector.length; k++) {
                result[i] += vector[k] * matrix[i][k];
            }
        }
        return result;
    }

    private static void addOuter(double[] left, double[] right, double[][] sum) {
        for (int i = 0; i < left.length; i++) {
            for (int k = 0; k < right.length; k++) {
                sum[i][k] += left[i] * right[k];
            }
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
