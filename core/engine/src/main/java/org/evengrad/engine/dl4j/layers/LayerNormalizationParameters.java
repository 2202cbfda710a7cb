package org.evengrad.engine.dl4j.layers;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The gain, ones at first, and the bias, zeros at first. Neither is a weight. */
final class LayerNormalizationParameters implements ParamInitializer {
    static final LayerNormalizationParameters INSTANCE = new LayerNormalizationParameters();

    private static final List<String> ALL =
            List.of(LayerNormalizationLayer.GAIN, LayerNormalizationLayer.BIAS);

    private LayerNormalizationParameters() {}

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        return 2 * ((LayerNormalizationLayer) layer).getNOut();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return ALL;
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return List.of();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return List.of(LayerNormalizationLayer.BIAS);
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return false;
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return LayerNormalizationLayer.BIAS.equals(key);
    }

    @Override
    public Map<String, INDArray> init(
            NeuralNetConfiguration conf, INDArray flat, boolean initialize) {
        ALL.forEach(conf::addVariable);
        Map<String, INDArray> parameters = getGradientsFromFlattened(conf, flat);
        if (initialize) {
            parameters.get(LayerNormalizationLayer.GAIN).assign(1);
            parameters.get(LayerNormalizationLayer.BIAS).assign(0);
        }
        return parameters;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
            NeuralNetConfiguration conf, INDArray flat) {
        long size = ((LayerNormalizationLayer) conf.getLayer()).getNOut();
        INDArray vector = flat.reshape(flat.length());
        Map<String, INDArray> views = new LinkedHashMap<>();
        for (int i = 0; i < ALL.size(); i++) {
            views.put(
                    ALL.get(i),
                    vector.get(interval(i * size, (i + 1) * size)).reshape('c', 1, size));
        }
        return views;
    }
}
