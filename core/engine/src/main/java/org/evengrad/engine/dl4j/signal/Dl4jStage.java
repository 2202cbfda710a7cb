package org.evengrad.engine.dl4j.signal;

import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A node that DL4J computes. */
final class Dl4jStage implements Stage {
    private static final LayerWorkspaceMgr HEAP = LayerWorkspaceMgr.noWorkspaces();
    private static final int SEQUENCE = 3;
    private static final int LAST_OF_SEQUENCE = 2;

    private final Node node;
    private final boolean channelsLast;
    private final InputPreProcessor reshape;
    private final Layer linear;
    private int rows;
    private INDArray mask;
    private long[] shape;

    Dl4jStage(Node node, boolean channelsLast) {
        this.node = node;
        this.channelsLast = channelsLast;
        reshape =
                node.innermost() instanceof RnnOutputLayer output
                        ? new RnnToFeedForwardPreProcessor(output.getRnnDataFormat())
                        : node.preprocessor();
        boolean passes = node.layer() == null || node.isOutput() && node.layer().numParams() == 0;
        linear = passes ? null : linear(node);
    }

    /** The same layer on the same weights, without its activation; an output layer as dense. */
    private static Layer linear(Node node) {
        Layer layer = node.layer();
        NeuralNetConfiguration configuration = node.conf().clone();
        org.deeplearning4j.nn.conf.layers.Layer copy = configuration.getLayer();
        if (copy instanceof FrozenLayer frozen) {
            copy = frozen.getLayer();
        } else if (copy instanceof FrozenLayerWithBackprop frozen) {
            copy = frozen.getUnderlying();
        } else if (copy instanceof BaseOutputLayer output) {
            copy =
                    new DenseLayer.Builder()
                            .nIn(output.getNIn())
                            .nOut(output.getNOut())
                            .hasBias(output.hasBias())
                            .build();
        }
        configuration.setLayer(copy);
        boolean apart = node.endsInActivation() || node.isOutput();
        if (apart && copy instanceof BaseLayer base) {
            base.setActivationFn(new ActivationIdentity());
        } else if (apart && copy instanceof ActivationLayer activation) {
            activation.setActivationFn(new ActivationIdentity());
        }
        copy.setIDropout(null);
        INDArray parameters = layer.numParams() == 0 ? null : layer.params();
        Layer linear = copy.instantiate(configuration, null, 0, parameters, false, DataType.FLOAT);
        if (parameters != null) {
            linear.setBackpropGradientsViewArray(Nd4j.create(DataType.FLOAT, parameters.shape()));
        }
        return linear;
    }

    /**
     * Says which batch comes next.
     *
     * @param batchMask of its time steps; null without one
     */
    void begin(int batchRows, INDArray batchMask) {
        rows = batchRows;
        mask = batchMask;
    }

    /** Forgets the batch. */
    void end() {
        mask = null;
        if (linear != null) {
            linear.clear();
        } else if (node.vertex() != null) {
            node.vertex().clear();
        }
    }

    @Override
    public Output forward(Output[] inputs) {
        if (node.layer() == null) {
            for (int i = 0; i < inputs.length; i++) {
                node.vertex().setInput(i, array(inputs[i].values(), inputs[i].shape()), HEAP);
            }
            return output(node.vertex().doForward(false, HEAP));
        }
        INDArray in = array(inputs[0].values(), inputs[0].shape());
        if (reshape != null) {
            in = reshape.preProcess(in, rows, HEAP);
        }
        if (linear == null) {
            return output(in);
        }
        boolean masked =
                mask != null
                        && in.rank() == SEQUENCE
                        && in.size(channelsLast ? 1 : LAST_OF_SEQUENCE) == mask.size(1);
        linear.setMaskArray(masked ? mask : null);
        // Running statistics mean nothing yet at the first step: those of the batch do.
        boolean training = node.innermost() instanceof BatchNormalization;
        return output(linear.activate(in.dup('c'), training, HEAP));
    }

    private Output output(INDArray array) {
        shape = array.shape();
        return new Output(floats(array), Layout.of(rows, shape, channelsLast), shape);
    }

    private static INDArray array(float[] values, long[] shape) {
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    @Override
    public float[][] backward(Supplier<Output[]> inputs, float[] errors) {
        INDArray at = array(errors, shape);
        if (node.layer() == null) {
            node.vertex().setEpsilon(at);
            INDArray[] back = node.vertex().doBackward(false, HEAP).getSecond();
            float[][] all = new float[back.length][];
            for (int i = 0; i < back.length; i++) {
                all[i] = floats(back[i]);
            }
            return all;
        }
        INDArray back = linear == null ? at : linear.backpropGradient(at, HEAP).getSecond();
        if (back != null && reshape != null) {
            back = reshape.backprop(back, rows, HEAP);
        }
        // Symbols take no gradient.
        return new float[][] {floats(back)};
    }

    private static float[] floats(INDArray array) {
        return array == null ? null : array.dup('c').data().asFloat();
    }
}
