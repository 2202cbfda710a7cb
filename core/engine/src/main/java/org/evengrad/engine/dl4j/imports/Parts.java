package org.evengrad.engine.dl4j.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.engine.dl4j.imports.ModelSettings.Truncation;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A chain or a graph, seen the same way.
 *
 * @param layers layers and other vertices with parameters, in the order of the flat array
 * @param entrances what reads the inputs
 * @param outputs the layers that the loss is taken from
 */
record Parts(
        List<Part> layers,
        List<Entrance> entrances,
        List<Part> outputs,
        Optional<Truncation> truncation,
        DataType dataType,
        int iterations,
        int epochs) {
    /**
     * A layer or a vertex.
     *
     * @param configuration empty for a vertex that is no layer
     */
    record Part(String name, Trainable trainable, Optional<NeuralNetConfiguration> configuration) {
        /** What a layer is configured as; empty for a vertex that is none. */
        Optional<Layer> layer() {
            return configuration.map(NeuralNetConfiguration::getLayer);
        }
    }

    /**
     * What reads an input.
     *
     * @param preprocessor in front of the layer
     * @param layer empty if no layer reads the input itself
     */
    record Entrance(String name, Optional<InputPreProcessor> preprocessor, Optional<Layer> layer) {}

    static Parts of(Model model) {
        if (model instanceof MultiLayerNetwork chain) {
            return of(chain);
        }
        if (model instanceof ComputationGraph graph) {
            return of(graph);
        }
        throw unknown(model);
    }

    static IllegalArgumentException unknown(Model model) {
        return new IllegalArgumentException(
                "neither a MultiLayerNetwork nor a ComputationGraph: "
                        + model.getClass().getName());
    }

    private static Parts of(MultiLayerNetwork chain) {
        MultiLayerConfiguration configuration = chain.getLayerWiseConfigurations();
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < chain.getnLayers(); i++) {
            NeuralNetConfiguration layer = configuration.getConf(i);
            String name = layer.getLayer().getLayerName();
            parts.add(
                    new Part(
                            name == null ? "layer" + i : name,
                            chain.getLayer(i),
                            Optional.of(layer)));
        }
        Entrance entrance =
                new Entrance(
                        "input",
                        Optional.ofNullable(configuration.getInputPreProcess(0)),
                        parts.get(0).layer());
        return new Parts(
                parts,
                List.of(entrance),
                List.of(parts.get(parts.size() - 1)),
                truncation(
                        configuration.getBackpropType(),
                        configuration.getTbpttFwdLength(),
                        configuration.getTbpttBackLength()),
                configuration.getDataType(),
                chain.getIterationCount(),
                chain.getEpochCount());
    }

    private static Parts of(ComputationGraph graph) {
        ComputationGraphConfiguration configuration = graph.getConfiguration();
        List<Part> parts = new ArrayList<>();
        List<Part> outputs = new ArrayList<>();
        for (int index : graph.topologicalSortOrder()) {
            GraphVertex vertex = graph.getVertices()[index];
            String name = vertex.getVertexName();
            Part part =
                    new Part(
                            name,
                            vertex.hasLayer() ? vertex.getLayer() : vertex,
                            Optional.ofNullable(configuration.getVertices().get(name))
                                    .filter(LayerVertex.class::isInstance)
                                    .map(layer -> ((LayerVertex) layer).getLayerConf()));
            if (part.configuration().isPresent() || vertex.numParams() > 0) {
                parts.add(part);
            }
        }
        for (String output : configuration.getNetworkOutputs()) {
            parts.stream().filter(part -> part.name().equals(output)).forEach(outputs::add);
        }
        return new Parts(
                parts,
                configuration.getNetworkInputs().stream()
                        .map(input -> entrance(configuration, input))
                        .toList(),
                outputs,
                truncation(
                        configuration.getBackpropType(),
                        configuration.getTbpttFwdLength(),
                        configuration.getTbpttBackLength()),
                configuration.getDataType(),
                graph.getIterationCount(),
                graph.getEpochCount());
    }

    /** The first vertex that reads an input and tells what it takes. */
    private static Entrance entrance(ComputationGraphConfiguration configuration, String input) {
        for (Map.Entry<String, List<String>> reader : configuration.getVertexInputs().entrySet()) {
            if (!reader.getValue().contains(input)) {
                continue;
            }
            org.deeplearning4j.nn.conf.graph.GraphVertex vertex =
                    configuration.getVertices().get(reader.getKey());
            if (vertex instanceof LayerVertex layer) {
                return new Entrance(
                        input,
                        Optional.ofNullable(layer.getPreProcessor()),
                        Optional.of(layer.getLayerConf().getLayer()));
            }
            if (vertex instanceof PreprocessorVertex preprocessor) {
                return new Entrance(
                        input,
                        Optional.ofNullable(preprocessor.getPreProcessor()),
                        Optional.empty());
            }
        }
        return new Entrance(input, Optional.empty(), Optional.empty());
    }

    private static Optional<Truncation> truncation(BackpropType type, int forward, int backward) {
        return type == BackpropType.TruncatedBPTT
                ? Optional.of(new Truncation(forward, backward))
                : Optional.empty();
    }
}
