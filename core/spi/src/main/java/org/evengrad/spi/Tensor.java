package org.evengrad.spi;

import java.util.List;

/**
 * One tensor of the model, and where it stands in the network.
 *
 * @param name the layer's name, a dot and the parameter's: {@code dense-3.W}
 * @param index its place in the layout, from 0
 * @param layer the index of its layer, from 0
 * @param depth how many layers with weights lie between the input and this one, itself included: 1
 *     for the first
 * @param role what it does
 * @param shape its sizes, in the order in which the elements lie in memory, the last one fastest.
 *     The first size is the units, so that the incoming weights of one unit lie together: {@code
 *     [units, inputs]} for a dense layer, {@code [units, channels, height, width]} for a
 *     convolution, {@code [units]} for a bias
 * @param units how many units it feeds
 * @param fanIn how many inputs feed one unit, the area of a kernel included
 * @param fanOut how many units one input feeds, the area of a kernel included
 * @param branch the residual branch that it is in, from 1; 0 outside
 * @param branches how many residual branches the network has
 * @param layersInBranch how many layers with weights its branch has; 0 outside
 * @param gain the scale that keeps the backward signal level through the activation behind this
 *     tensor: 1/sqrt(E[f'(z)^2]) for z ~ N(0, 1), so 1 for identity and sqrt(2) for ReLU
 * @param inputSecondMoment the mean square of one input of a unit, if whatever the activation in
 *     front of this tensor received has mean 0 and variance 1: E[f(z)^2] for z ~ N(0, 1), so 1 for
 *     identity and for the data, and 1/2 for ReLU
 * @since 0.1.0
 */
public record Tensor(
        String name,
        int index,
        int layer,
        int depth,
        Role role,
        List<Integer> shape,
        int units,
        int fanIn,
        int fanOut,
        int branch,
        int branches,
        int layersInBranch,
        double gain,
        double inputSecondMoment) {
    /** Keeps a copy of the shape. */
    public Tensor {
        shape = List.copyOf(shape);
    }

    /** How many elements it has. */
    public int size() {
        int size = 1;
        for (int length : shape) {
            size = Math.multiplyExact(size, length);
        }
        return size;
    }
}
