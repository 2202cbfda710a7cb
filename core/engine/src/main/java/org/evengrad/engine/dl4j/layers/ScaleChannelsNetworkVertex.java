package org.evengrad.engine.dl4j.layers;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;

/** The running vertex of a {@link ScaleChannelsVertex}. */
@SuppressWarnings("overrides") // DL4J declares setInputs once with and once without dots.
final class ScaleChannelsNetworkVertex extends BaseGraphVertex {
    private static final long serialVersionUID = 1L;

    ScaleChannelsNetworkVertex(ComputationGraph graph, String name, int index, DataType type) {
        super(graph, name, index, null, null, type);
    }

    @Override
    public boolean hasLayer() {
        return false;
    }

    @Override
    public Layer getLayer() {
        return null;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        if (!canDoForward()) {
            throw new IllegalStateException("the inputs of " + vertexName + " are not set");
        }
        return scaled(inputs[0], ArrayType.ACTIVATIONS, workspaces);
    }

    private INDArray scaled(INDArray image, ArrayType type, LayerWorkspaceMgr workspaces) {
        INDArray result = workspaces.createUninitialized(type, dataType, image.shape(), 'c');
        Nd4j.getExecutioner().exec(new BroadcastMulOp(image, inputs[1], result, 0, 1));
        return result;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
        if (!canDoBackward()) {
            throw new IllegalStateException("no errors reached " + vertexName);
        }
        INDArray atScales =
                workspaces.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, inputs[1].shape(), 'c');
        atScales.assign(epsilon.mul(inputs[0]).sum(2, 3));
        INDArray atImage = scaled(epsilon, ArrayType.ACTIVATION_GRAD, workspaces);
        return new Pair<>(null, new INDArray[] {atImage, atScales});
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradient) {
        if (gradient != null) {
            throw new IllegalStateException(vertexName + " has no parameters");
        }
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] masks, MaskState state, int rows) {
        return new Pair<>(masks == null ? null : masks[0], state);
    }

    @Override
    public String toString() {
        return "ScaleChannels(\"" + vertexName + "\")";
    }
}
