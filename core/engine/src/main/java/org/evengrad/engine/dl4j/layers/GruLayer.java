package org.evengrad.engine.dl4j.layers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A gated recurrent unit: Cho et al. 2014, arXiv 1406.1078, in the "reset after" form of cuDNN,
 * Keras and PyTorch, which multiplies the reset gate with the recurrent product and not with the
 * state, so that one matrix product a step serves all gates. With nIn inputs x and n units h:
 *
 * <pre>
 * r  = sigmoid(x W_r + h U_r + b_r + c_r)
 * z  = sigmoid(x W_z + h U_z + b_z + c_z)
 * a  = f(x W_a + b_a + r * (h U_a + c_a))       f is the layer's activation, tanh by default
 * h' = (1 - z) * a + z * h
 * </pre>
 *
 * <p>Input {@code [rows, nIn, steps]}, output {@code [rows, n, steps]}, or with the last two axes
 * swapped in the format NWC. Parameters, each with the gates in the order r, z, a:
 *
 * <ul>
 *   <li>{@link #INPUT_WEIGHTS} {@code [nIn, 3n]}, column by column, so all weights of a unit follow
 *       each other;
 *   <li>{@link #RECURRENT_WEIGHTS} {@code [n, 3n]}, column by column;
 *   <li>{@link #BIASES} {@code [1, 6n]}: the biases b of the input, then c of the recurrent
 *       product.
 * </ul>
 *
 * <p>A masked step yields zeros and sets the state to zero, as DL4J's LSTM does where it is given a
 * mask: a sequence that is read backwards starts afresh behind its padding. Weight noise is
 * refused.
 */
public final class GruLayer extends BaseRecurrentLayer {
    private static final long serialVersionUID = 1L;

    /** Key of the weights of the input. */
    public static final String INPUT_WEIGHTS = "W";

    /** Key of the weights of the state. */
    public static final String RECURRENT_WEIGHTS = "RW";

    /** Key of the biases. */
    public static final String BIASES = "b";

    /** For reading a saved configuration. */
    @SuppressWarnings("unused")
    private GruLayer() {}

    private GruLayer(Builder builder) {
        super(builder);
        initializeConstraints(builder);
        constrain(INPUT_WEIGHTS, builder.getInputWeightConstraints());
        constrain(RECURRENT_WEIGHTS, builder.getRecurrentConstraints());
    }

    private void constrain(String key, List<LayerConstraint> added) {
        if (added == null) {
            return;
        }
        List<LayerConstraint> all = new ArrayList<>();
        if (constraints != null) {
            all.addAll(constraints);
        }
        for (LayerConstraint constraint : added) {
            LayerConstraint copy = constraint.clone();
            copy.setParams(Set.of(key));
            all.add(copy);
        }
        constraints = all;
    }

    /**
     * The layer that computes.
     *
     * @throws DL4JInvalidConfigException if the sizes are not set, or with weight noise
     */
    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialize,
            DataType type) {
        LayerValidation.assertNInNOutSet("GruLayer", getLayerName(), index, getNIn(), getNOut());
        if (getWeightNoise() != null) {
            throw new DL4JInvalidConfigException(
                    "GruLayer \"" + getLayerName() + "\": weight noise is not supported");
        }
        GruNetworkLayer layer = new GruNetworkLayer(conf, type);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        layer.setParamTable(initializer().init(conf, parameters, initialize));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return GruParameters.INSTANCE;
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        long parameters = initializer().numParams(this);
        long steps = 1;
        if (inputType instanceof InputType.InputTypeRecurrent sequence) {
            steps = Math.max(1, sequence.getTimeSeriesLength());
        }
        long perExample = steps * (2 * getNIn() + 11 * getNOut());
        return new LayerMemoryReport.Builder(
                        layerName, GruLayer.class, inputType, getOutputType(-1, inputType))
                .standardMemory(parameters, getIUpdater().stateSize(parameters))
                .workingMemory(0, perExample, 0, perExample)
                .cacheMemory(Map.of(), Map.of())
                .build();
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof GruLayer;
    }

    /** Builds the configuration; the activation is tanh unless set here. */
    @SuppressWarnings("unchecked") // DL4J's build() promises whatever type the caller wants.
    public static final class Builder extends BaseRecurrentLayer.Builder<Builder> {
        /** A builder with tanh. */
        public Builder() {
            activationFn = new ActivationTanH();
        }

        @Override
        public GruLayer build() {
            return new GruLayer(this);
        }
    }
}
