package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts batch normalization behind each hidden dense or convolutional layer, before its activation.
 * The other parameters stay.
 */
final class InsertedNormalization {
    private static final String NORM = "-norm";
    private static final String ACTIVATION = "-activation";

    private InsertedNormalization() {}

    /** The model with norms; empty if there is no place for one, or there are norms already. */
    static Optional<Model> in(Model model) {
        return model instanceof MultiLayerNetwork chain
                ? in(chain).map(Model.class::cast)
                : in((ComputationGraph) model).map(Model.class::cast);
    }

    private static Optional<MultiLayerNetwork> in(MultiLayerNetwork chain) {
        MultiLayerConfiguration configuration = chain.getLayerWiseConfigurations().clone();
        List<NeuralNetConfiguration> before = configuration.getConfs();
        if (before.stream().anyMatch(conf -> conf.getLayer() instanceof BatchNormalization)
                || before.stream().noneMatch(conf -> takes(conf.getLayer()))) {
            return Optional.empty();
        }
        List<NeuralNetConfiguration> after = new ArrayList<>();
        Map<Integer, InputPreProcessor> preprocessors = new HashMap<>();
        int[] places = new int[before.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = after.size();
            NeuralNetConfiguration conf = before.get(i);
            if (configuration.getInputPreProcess(i) != null) {
                preprocessors.put(places[i], configuration.getInputPreProcess(i));
            }
            after.add(conf);
            if (takes(conf.getLayer())) {
                String name = conf.getLayer().getLayerName();
                String named = name == null ? "layer-" + (i + 1) : name;
                after.addAll(behind(conf, named));
            }
        }
        configuration.setConfs(after);
        configuration.setInputPreProcessors(preprocessors);
        MultiLayerNetwork result = new MultiLayerNetwork(configuration);
        result.init();
        for (int i = 0; i < places.length; i++) {
            copy(chain.getLayer(i).paramTable(), result.getLayer(places[i]).paramTable());
        }
        return Optional.of(result);
    }

    private static Optional<ComputationGraph> in(ComputationGraph graph) {
        ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
        Map<String, String> ends = new LinkedHashMap<>();
        Map<String, GraphVertex> added = new LinkedHashMap<>();
        Map<String, List<String>> inputs = new LinkedHashMap<>();
        Set<String> outputs = new HashSet<>(configuration.getNetworkOutputs());
        for (Map.Entry<String, GraphVertex> entry : configuration.getVertices().entrySet()) {
            if (!(entry.getValue() instanceof LayerVertex vertex)) {
                continue;
            }
            Layer layer = vertex.getLayerConf().getLayer();
            if (layer instanceof BatchNormalization) {
                return Optional.empty();
            }
            String name = entry.getKey();
            if (takes(layer) && !outputs.contains(name)) {
                List<NeuralNetConfiguration> both = behind(vertex.getLayerConf(), name);
                added.put(name + NORM, new LayerVertex(both.get(0), null));
                added.put(name + ACTIVATION, new LayerVertex(both.get(1), null));
                inputs.put(name + NORM, List.of(name));
                inputs.put(name + ACTIVATION, List.of(name + NORM));
                ends.put(name, name + ACTIVATION);
            }
        }
        if (ends.isEmpty()) {
            return Optional.empty();
        }
        Map<String, List<String>> all = new LinkedHashMap<>();
        configuration
                .getVertexInputs()
                .forEach(
                        (name, from) ->
                                all.put(
                                        name,
                                        from.stream()
                                                .map(each -> ends.getOrDefault(each, each))
                                                .toList()));
        all.putAll(inputs);
        configuration.setVertexInputs(all);
        configuration.getVertices().putAll(added);
        configuration.setTopologicalOrder(null);
        configuration.setTopologicalOrderStr(null);
        ComputationGraph result = new ComputationGraph(configuration);
        result.init();
        for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            copy(layer.paramTable(), result.getLayer(name).paramTable());
        }
        return Optional.of(result);
    }

    /** Its subclasses compute something else, and output layers are no subclasses. */
    private static boolean takes(Layer layer) {
        return layer.getClass() == DenseLayer.class || layer.getClass() == ConvolutionLayer.class;
    }

    /** A norm, and the layer's own activation behind it; the layer keeps none. */
    private static List<NeuralNetConfiguration> behind(NeuralNetConfiguration conf, String name) {
        FeedForwardLayer layer = (FeedForwardLayer) conf.getLayer();
        IActivation activation = layer.getActivationFn();
        BatchNormalization norm =
                new BatchNormalization.Builder()
                        .nIn(layer.getNOut())
                        .nOut(layer.getNOut())
                        .name(name + NORM)
                        .build();
        norm.setActivationFn(new ActivationIdentity());
        norm.setWeightInitFn(layer.getWeightInitFn());
        norm.setIUpdater(layer.getIUpdater());
        norm.setBiasUpdater(layer.getBiasUpdater());
        norm.setGradientNormalization(layer.getGradientNormalization());
        norm.setGradientNormalizationThreshold(layer.getGradientNormalizationThreshold());
        if (layer instanceof ConvolutionLayer convolution) {
            norm.setCnn2DFormat(convolution.getCnn2dDataFormat());
        }
        ActivationLayer behind = new ActivationLayer(activation);
        behind.setLayerName(name + ACTIVATION);
        layer.setActivationFn(new ActivationIdentity());
        return List.of(with(conf, norm), with(conf, behind));
    }

    private static NeuralNetConfiguration with(NeuralNetConfiguration conf, Layer layer) {
        NeuralNetConfiguration other = conf.clone();
        other.clearVariables();
        other.setLayer(layer);
        return other;
    }

    private static void copy(Map<String, INDArray> from, Map<String, INDArray> to) {
        from.forEach((key, values) -> to.get(key).assign(values));
    }
}
