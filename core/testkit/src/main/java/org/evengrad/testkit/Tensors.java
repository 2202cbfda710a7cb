package org.evengrad.testkit;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * Tensors to test with.
 *
 * @since 0.1.0
 */
public final class Tensors {
    private Tensors() {}

    /** Weights of a dense layer: a tensor of {@code units} rows of {@code inputs}. */
    public static Tensor dense(int index, int units, int inputs) {
        return tensor(index, Role.WEIGHT, List.of(units, inputs), inputs, units);
    }

    /** Weights of a convolution with a square kernel. */
    public static Tensor convolution(int index, int units, int channels, int kernel) {
        int area = kernel * kernel;
        return tensor(
                index,
                Role.WEIGHT,
                List.of(units, channels, kernel, kernel),
                channels * area,
                units * area);
    }

    /** Biases of a dense layer. */
    public static Tensor bias(int index, int units, int inputs) {
        return tensor(index, Role.BIAS, List.of(units), inputs, units);
    }

    /** Weights of a dense layer that play another role. */
    public static Tensor dense(int index, Role role, int units, int inputs) {
        return tensor(index, role, List.of(units, inputs), inputs, units);
    }

    /**
     * Weights from one time step to the next.
     *
     * @param units as many as there are hidden units, or four times as many for the gates of an
     *     LSTM
     * @param hidden the hidden units
     */
    public static Tensor recurrent(int index, int units, int hidden) {
        return tensor(index, Role.RECURRENT, List.of(units, hidden), hidden, units);
    }

    /**
     * Weights of a dense layer in a network with residual branches.
     *
     * @param role {@link Role#BRANCH_END} for the last weights of the branch
     * @param branch the branch that they are in, from 1; 0 outside
     * @param branches how many branches the network has
     * @param layersInBranch how many layers the branch has; 0 outside
     */
    public static Tensor branch(
            int index,
            Role role,
            int units,
            int inputs,
            int branch,
            int branches,
            int layersInBranch) {
        return new Tensor(
                "tensor-" + index,
                index,
                0,
                1,
                role,
                List.of(units, inputs),
                units,
                inputs,
                units,
                branch,
                branches,
                layersInBranch,
                1,
                1);
    }

    /** Two layers: weights, biases, weights, biases. */
    public static List<Tensor> twoLayers() {
        return List.of(dense(0, 5, 7), bias(1, 5, 7), dense(2, 3, 5), bias(3, 3, 5));
    }

    private static Tensor tensor(int index, Role role, List<Integer> shape, int fanIn, int fanOut) {
        return new Tensor(
                "tensor-" + index,
                index,
                0,
                1,
                role,
                shape,
                shape.get(0),
                fanIn,
                fanOut,
                0,
                0,
                0,
                1,
                1);
    }
}
