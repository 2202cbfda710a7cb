package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.random.KeyedRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Follows a random direction from the last pre-activation back through a chain of dense layers, and
 * says what each layer's weights and activation did to it.
 */
final class SignalProbe {
    private final MultiLayerNetwork network;

    SignalProbe(MultiLayerNetwork network) {
        this.network = network;
    }

    List<LayerSignal> measure(INDArray features, long seed) {
        Layer[] layers = network.getLayers();
        List<INDArray> preActivations = new ArrayList<>();
        List<INDArray> outputs = new ArrayList<>();
        INDArray in = features;
        for (Layer layer : layers) {
            INDArray z = in.mmul(layer.getParam(DefaultParamInitializer.WEIGHT_KEY));
            INDArray bias = layer.getParam(DefaultParamInitializer.BIAS_KEY);
            if (bias != null) {
                z.addiRowVector(bias);
            }
            preActivations.add(z);
            in = activation(layer).getActivation(z.dup(), false);
            outputs.add(in);
        }
        int last = layers.length - 1;
        INDArray delta = random(preActivations.get(last), seed);
        double logDelta = normalize(delta);
        List<LayerSignal> signals = new ArrayList<>();
        for (int i = last; i >= 0; i--) {
            // The probe starts at the last pre-activation: the output's own activation is not in
            // it.
            INDArray atWeights =
                    i == last
                            ? delta.dup()
                            : activation(layers[i])
                                    .backprop(preActivations.get(i).dup(), delta.dup())
                                    .getFirst();
            double logArrived = logDelta;
            double logAtWeights = normalize(atWeights);
            logDelta += logAtWeights;
            boolean reachesWeights = logDelta != Double.NEGATIVE_INFINITY;
            double weightGain = Double.NaN;
            if (i > 0) {
                INDArray weights = layers[i].getParam(DefaultParamInitializer.WEIGHT_KEY);
                delta = atWeights.mmul(weights.transpose());
                double logAtInput = normalize(delta);
                logDelta += logAtInput;
                weightGain = reachesWeights ? Math.exp(logAtInput) : Double.NaN;
            }
            boolean arrives = logArrived != Double.NEGATIVE_INFINITY;
            INDArray output = i == last ? preActivations.get(i) : outputs.get(i);
            signals.add(
                    new LayerSignal(
                            layers[i].conf().getLayer().getLayerName(),
                            logArrived,
                            arrives ? Math.exp(logAtWeights) : Double.NaN,
                            weightGain,
                            variance(preActivations.get(i)),
                            variance(output),
                            largest(output),
                            (int) output.size(1)));
        }
        Collections.reverse(signals);
        return signals;
    }

    private static org.nd4j.linalg.activations.IActivation activation(Layer layer) {
        return ((BaseLayer) layer.conf().getLayer()).getActivationFn();
    }

    private static INDArray random(INDArray like, long seed) {
        KeyedRandom random = new KeyedRandom(seed);
        float[] values = new float[(int) like.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape('c', like.shape());
    }

    /**
     * Scales to a norm of 1, so that no depth leaves the range of a float.
     *
     * @return the logarithm of the norm before; negative infinity for zeros, which stay zeros
     */
    private static double normalize(INDArray values) {
        double norm = values.castTo(DataType.DOUBLE).norm2Number().doubleValue();
        if (norm > 0) {
            values.divi(norm);
        }
        return Math.log(norm);
    }

    private static double variance(INDArray values) {
        return values.length() < 2 ? 0 : values.castTo(DataType.DOUBLE).varNumber().doubleValue();
    }

    private static double largest(INDArray values) {
        return values.amaxNumber().doubleValue();
    }
}
