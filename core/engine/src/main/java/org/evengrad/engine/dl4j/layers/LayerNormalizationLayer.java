package org.evengrad.engine.dl4j.layers;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Layer normalization: Ba, Kiros and Hinton 2016, arXiv 1607.06450. Takes the mean from an
 * example's features, divides by their standard deviation, and applies a gain and a bias that are
 * trained: {@code y = gain * (x - mean) / sqrt(variance + epsilon) + bias}.
 *
 * <ul>
 *   <li>{@code [rows, features]}: over the features of each example;
 *   <li>{@code [rows, features, steps]}: over the features of each time step by itself; a masked
 *       step yields zeros;
 *   <li>{@code [rows, channels, height, width]}: over all channels and pixels of each example
 *       together, with one gain and one bias for each channel.
 * </ul>
 *
 * <p>Parameters {@link #GAIN} and {@link #BIAS}, each {@code [1, features or channels]}; no penalty
 * applies to them. There is no activation: put one behind.
 */
public final class LayerNormalizationLayer extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    /** Key of the gain, as where DL4J has one. */
    public static final String GAIN = "g";

    /** Key of the bias. */
    public static final String BIAS = "b";

    /** Added to the variance. */
    public static final double EPSILON = 1e-5;

    /** For reading a saved configuration. */
    @SuppressWarnings("unused")
    private LayerNormalizationLayer() {}

    private LayerNormalizationLayer(Builder builder) {
        super(builder);
        initializeConstraints(builder);
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialize,
            DataType type) {
        LayerValidation.assertNOutSet("LayerNormalizationLayer", getLayerName(), index, getNOut());
        LayerNormalizationNetworkLayer layer = new LayerNormalizationNetworkLayer(conf, type);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        layer.setParamTable(initializer().init(conf, parameters, initialize));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return LayerNormalizationParameters.INSTANCE;
    }

    @Override
    public InputType getOutputType(int index, InputType inputType) {
        size(inputType);
        if (inputType instanceof InputType.InputTypeConvolutionalFlat flat) {
            return flat.getUnflattenedType();
        }
        return inputType;
    }

    /**
     * Takes the number of features or channels from the input.
     *
     * @throws IllegalStateException for inputs of other kinds, and for the formats NWC and NHWC
     */
    @Override
    public void setNIn(InputType inputType, boolean override) {
        if (nIn <= 0 || override) {
            nIn = size(inputType);
        }
        nOut = nIn;
    }

    private long size(InputType inputType) {
        if (inputType instanceof InputType.InputTypeFeedForward flat) {
            return flat.getSize();
        }
        if (inputType instanceof InputType.InputTypeConvolutionalFlat flat) {
            return flat.getDepth();
        }
        if (inputType instanceof InputType.InputTypeRecurrent sequence
                && sequence.getFormat() != RNNFormat.NWC) {
            return sequence.getSize();
        }
        if (inputType instanceof InputType.InputTypeConvolutional image
                && image.getFormat() != CNN2DFormat.NHWC) {
            return image.getChannels();
        }
        throw new IllegalStateException(
                "LayerNormalizationLayer \""
                        + getLayerName()
                        + "\" takes features, sequences (NCW) or images (NCHW), not "
                        + inputType);
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        if (inputType instanceof InputType.InputTypeConvolutionalFlat flat) {
            return new FeedForwardToCnnPreProcessor(
                    flat.getHeight(), flat.getWidth(), flat.getDepth());
        }
        return null;
    }

    /** None, as for DL4J's batch normalization: a gain of zero is not simpler than one of 1. */
    @Override
    public List<Regularization> getRegularizationByParam(String key) {
        return null;
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        long parameters = initializer().numParams(this);
        long perExample = 2 * inputType.arrayElementsPerExample();
        return new LayerMemoryReport.Builder(
                        layerName,
                        LayerNormalizationLayer.class,
                        inputType,
                        getOutputType(-1, inputType))
                .standardMemory(parameters, getIUpdater().stateSize(parameters))
                .workingMemory(0, perExample, 0, perExample)
                .cacheMemory(Map.of(), Map.of())
                .build();
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof LayerNormalizationLayer;
    }

    /** Builds the configuration. */
    @SuppressWarnings("unchecked") // DL4J's build() promises whatever type the caller wants.
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        /** A builder; sizes come from the input type. */
        public Builder() {
            activationFn = new ActivationIdentity();
        }

        @Override
        public LayerNormalizationLayer build() {
            return new LayerNormalizationLayer(this);
        }
    }
}
