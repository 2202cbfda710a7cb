package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.spi.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * A model with the same parameters and other activations behind the weights of its hidden layers.
 *
 * <p>What follows the weights is the layer's own activation, or a layer of its own behind it. A
 * recurrent layer, and one without an activation before paths meet, change only where they are
 * named.
 *
 * @param model with its parameters
 * @param note what was replaced, for people; empty if nothing was
 */
record ReplacedActivations(Model model, Optional<String> note) {
    /**
     * Replaces.
     *
     * @param wanted in place of each activation
     * @param names of layers with weights; empty: all hidden ones
     */
    static ReplacedActivations of(
            Model model, Activation wanted, List<String> names, Activations activations) {
        ModelGraph graph = BroughtModels.wrap(model).graph();
        int depth = (int) graph.nodes().stream().filter(Node::hasWeights).count();
        IActivation replacement = activations.of(wanted.tuned(depth));
        Map<String, Integer> changed = new LinkedHashMap<>();
        List<String> before = new ArrayList<>();
        for (Node node : graph.nodes()) {
            boolean hidden = node.hasWeights() && !node.isOutput() && !node.equals(graph.output());
            if (hidden && (names.isEmpty() || isNamed(node, names))) {
                Optional<Node> place = place(graph, node, !names.isEmpty());
                if (place.isPresent()) {
                    changed.put(place.get().name(), graph.nodes().indexOf(place.get()));
                    String own = place.get().activation().toString();
                    if (!before.contains(own)) {
                        before.add(own);
                    }
                }
            }
        }
        if (changed.isEmpty()) {
            return new ReplacedActivations(model, Optional.empty());
        }
        String note =
                "model.override.activation: "
                        + replacement
                        + " in place of "
                        + String.join(" and ", before)
                        + " in "
                        + String.join(", ", changed.keySet());
        return new ReplacedActivations(rebuilt(model, changed, replacement), Optional.of(note));
    }

    /** By its own name, or by that of a block around it. */
    private static boolean isNamed(Node node, List<String> names) {
        return names.stream()
                .anyMatch(name -> node.name().equals(name) || node.name().startsWith(name + "/"));
    }

    /** The layer whose activation follows the weights of a hidden one. */
    private static Optional<Node> place(ModelGraph graph, Node node, boolean named) {
        Layer inner = node.innermost();
        boolean symbols =
                inner instanceof EmbeddingLayer || inner instanceof EmbeddingSequenceLayer;
        if (symbols || !(inner instanceof BaseLayer)) {
            return Optional.empty();
        }
        if (inner instanceof BaseRecurrentLayer) {
            return named ? Optional.of(node) : Optional.empty();
        }
        Node at = node;
        while (at.activation() instanceof ActivationIdentity || !endsPath(at, node)) {
            int index = graph.nodes().indexOf(at);
            List<Node> readers =
                    graph.nodes().stream().filter(each -> each.inputs().contains(index)).toList();
            if (readers.size() != 1 || readers.get(0).layer() == null) {
                return named ? Optional.of(node) : Optional.empty();
            }
            at = readers.get(0);
            if (at.hasWeights() || at.isOutput()) {
                return Optional.of(node);
            }
        }
        return Optional.of(at);
    }

    /** Norms and dropout have activations in their configuration that they do not use. */
    private static boolean endsPath(Node at, Node weights) {
        return at.equals(weights) || at.innermost() instanceof ActivationLayer;
    }

    private static Model rebuilt(
            Model model, Map<String, Integer> changed, IActivation replacement) {
        if (model instanceof MultiLayerNetwork chain) {
            MultiLayerConfiguration configuration = chain.getLayerWiseConfigurations().clone();
            // The first node is the input.
            changed.values()
                    .forEach(node -> set(configuration.getConf(node - 1).getLayer(), replacement));
            configuration.setValidateOutputLayerConfig(false);
            MultiLayerNetwork result = new MultiLayerNetwork(configuration);
            result.init();
            result.setParams(chain.params());
            return result;
        }
        ComputationGraph graph = (ComputationGraph) model;
        ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
        changed.keySet()
                .forEach(
                        name ->
                                set(
                                        ((LayerVertex) configuration.getVertices().get(name))
                                                .getLayerConf()
                                                .getLayer(),
                                        replacement));
        configuration.setValidateOutputLayerConfig(false);
        ComputationGraph result = new ComputationGraph(configuration);
        result.init();
        result.setParams(graph.params());
        return result;
    }

    private static void set(Layer layer, IActivation activation) {
        if (layer instanceof FrozenLayer frozen) {
            set(frozen.getLayer(), activation);
        } else if (layer instanceof BaseWrapperLayer wrapper) {
            set(wrapper.getUnderlying(), activation);
        } else if (layer instanceof Bidirectional both) {
            set(both.getFwd(), activation);
            set(both.getBwd(), activation);
        } else if (layer instanceof ActivationLayer alone) {
            alone.setActivationFn(activation);
        } else if (layer instanceof BaseLayer weights) {
            weights.setActivationFn(activation);
        }
    }
}
