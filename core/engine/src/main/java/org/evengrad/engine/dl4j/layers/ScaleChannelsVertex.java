package org.evengrad.engine.dl4j.layers;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiplies every channel of an image with a number of its own, the last step of squeeze and
 * excitation (Hu et al. 2018, arXiv 1709.01507). The first input is {@code [rows, channels, height,
 * width]}, the second {@code [rows, channels]}; the output has the first one's shape.
 *
 * <p>DL4J's own ElementWiseVertex could multiply so, but its check of input types refuses inputs of
 * different sizes.
 */
public final class ScaleChannelsVertex extends GraphVertex {
    private static final long serialVersionUID = 1L;

    /** A vertex without parameters. */
    public ScaleChannelsVertex() {}

    @Override
    public GraphVertex clone() {
        return new ScaleChannelsVertex();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScaleChannelsVertex;
    }

    @Override
    public int hashCode() {
        return ScaleChannelsVertex.class.hashCode();
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 2;
    }

    @Override
    public int maxVertexInputs() {
        return 2;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int index,
            INDArray parameters,
            boolean initialize,
            DataType type) {
        return new ScaleChannelsNetworkVertex(graph, name, index, type);
    }

    /**
     * The type of the image.
     *
     * @throws InvalidInputTypeException unless an image (NCHW) and as many features are given
     */
    @Override
    public InputType getOutputType(int index, InputType... inputs)
            throws InvalidInputTypeException {
        if (inputs.length == 2
                && inputs[0] instanceof InputType.InputTypeConvolutional image
                && inputs[1] instanceof InputType.InputTypeFeedForward scales
                && image.getChannels() == scales.getSize()) {
            return image;
        }
        throw new InvalidInputTypeException(
                "ScaleChannelsVertex takes an image and one feature for each of its channels, not "
                        + java.util.Arrays.toString(inputs));
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        return new LayerMemoryReport.Builder(null, ScaleChannelsVertex.class, inputs[0], inputs[0])
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, inputs[0].arrayElementsPerExample())
                .cacheMemory(0, 0)
                .build();
    }
}
