package org.evengrad.engine.dl4j.layers;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Cuts the parameters of a {@link GruLayer} from DL4J's flat vector and fills them. */
final class GruParameters implements ParamInitializer {
    static final GruParameters INSTANCE = new GruParameters();

    private static final List<String> WEIGHTS =
            List.of(GruLayer.INPUT_WEIGHTS, GruLayer.RECURRENT_WEIGHTS);
    private static final List<String> BIASES = List.of(GruLayer.BIASES);
    private static final List<String> ALL =
            List.of(GruLayer.INPUT_WEIGHTS, GruLayer.RECURRENT_WEIGHTS, GruLayer.BIASES);

    private GruParameters() {}

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        GruLayer gru = (GruLayer) layer;
        return 3 * gru.getNOut() * (gru.getNIn() + gru.getNOut() + 2);
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return ALL;
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return WEIGHTS;
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return BIASES;
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return WEIGHTS.contains(key);
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return BIASES.contains(key);
    }

    @Override
    public Map<String, INDArray> init(
            NeuralNetConfiguration conf, INDArray flat, boolean initialize) {
        GruLayer gru = (GruLayer) conf.getLayer();
        ALL.forEach(conf::addVariable);
        Map<String, INDArray> parameters = views(gru, flat);
        if (initialize) {
            IWeightInit recurrent =
                    gru.getWeightInitFnRecurrent() == null
                            ? gru.getWeightInitFn()
                            : gru.getWeightInitFnRecurrent();
            fill(parameters.get(GruLayer.INPUT_WEIGHTS), gru.getWeightInitFn(), gru);
            fill(parameters.get(GruLayer.RECURRENT_WEIGHTS), recurrent, gru);
            parameters.get(GruLayer.BIASES).assign(gru.getBiasInit());
        }
        return parameters;
    }

    /** A weight initialization may put its numbers in the view or return an array of its own. */
    private static void fill(INDArray weights, IWeightInit init, GruLayer gru) {
        INDArray flat = weights.reshape('f', new long[] {weights.length()});
        INDArray drawn =
                init.init(
                        weights.size(0),
                        gru.getNOut(),
                        weights.shape(),
                        IWeightInit.DEFAULT_WEIGHT_INIT_ORDER,
                        flat);
        if (drawn.data().address() != weights.data().address()) {
            weights.assign(drawn);
        }
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
            NeuralNetConfiguration conf, INDArray flat) {
        return views((GruLayer) conf.getLayer(), flat);
    }

    private static Map<String, INDArray> views(GruLayer gru, INDArray flat) {
        long inputs = gru.getNIn();
        long units = gru.getNOut();
        long recurrent = 3 * inputs * units;
        long biases = recurrent + 3 * units * units;
        INDArray vector = flat.reshape(flat.length());
        Map<String, INDArray> views = new LinkedHashMap<>();
        views.put(
                GruLayer.INPUT_WEIGHTS,
                vector.get(interval(0, recurrent)).reshape('f', inputs, 3 * units));
        views.put(
                GruLayer.RECURRENT_WEIGHTS,
                vector.get(interval(recurrent, biases)).reshape('f', units, 3 * units));
        views.put(
                GruLayer.BIASES,
                vector.get(interval(biases, biases + 6 * units)).reshape('f', 1, 6 * units));
        return views;
    }
}
