package org.evengrad.engine.dl4j.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Which layer feeds which, for a chain and for a graph alike, in the order of the flat parameters.
 */
public final class ModelGraph {
    /**
     * A layer or a vertex.
     *
     * @param name unique
     * @param layer null for a vertex without one
     * @param conf what DL4J's configuration says of the layer, with whatever is wrapped around it,
     *     which the layer itself does not know; null for a vertex
     * @param preprocessor what reshapes its input first; null if nothing does
     * @param vertex what it is if it has no layer; null for a layer and for an input
     * @param structure what DL4J's configuration says of the vertex; null for a layer and for an
     *     input
     * @param adds whether it adds up its inputs
     * @param inputs the indices of what feeds it; none for an input of the network
     */
    public record Node(
            String name,
            Layer layer,
            NeuralNetConfiguration conf,
            InputPreProcessor preprocessor,
            GraphVertex vertex,
            org.deeplearning4j.nn.conf.graph.GraphVertex structure,
            boolean adds,
            List<Integer> inputs) {

        /** Whether it has parameters. */
        public boolean isTrained() {
            return layer != null && layer.numParams() > 0;
        }

        /** Whether it has weights, and not only a scale and a shift. */
        public boolean hasWeights() {
            return isTrained() && layer.paramTable().keySet().stream().anyMatch(this::isWeight);
        }

        /** Whether a parameter is a weight. */
        public boolean isWeight(String key) {
            return innermost().initializer().isWeightParam(innermost(), inside(key));
        }

        /** Whether a parameter is a bias. */
        public boolean isBias(String key) {
            return innermost().initializer().isBiasParam(innermost(), inside(key));
        }

        /** A layer that walks both ways puts a letter in front, and takes all for biases. */
        private String inside(String key) {
            return configuration() instanceof Bidirectional ? key.substring(1) : key;
        }

        /** What DL4J's configuration says of the layer; null for a vertex. */
        public org.deeplearning4j.nn.conf.layers.Layer configuration() {
            return conf == null ? null : conf.getLayer();
        }

        /** The same without what is wrapped around it, to freeze it or to take its last step. */
        public org.deeplearning4j.nn.conf.layers.Layer innermost() {
            org.deeplearning4j.nn.conf.layers.Layer inner = configuration();
            while (true) {
                if (inner instanceof FrozenLayer frozen) {
                    inner = frozen.getLayer();
                } else if (inner instanceof BaseWrapperLayer wrapper) {
                    inner = wrapper.getUnderlying();
                } else if (inner instanceof Bidirectional both) {
                    inner = both.getFwd();
                } else {
                    return inner;
                }
            }
        }

        /** Whether its parameters never move. */
        public boolean isFrozen() {
            // The configuration of such a layer is that of the layer inside.
            return layer instanceof org.deeplearning4j.nn.layers.FrozenLayer
                    || layer instanceof org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
        }

        /** Whether it has a loss. */
        public boolean isOutput() {
            return layer instanceof IOutputLayer;
        }

        /** What the layer applies at its end; identity if nothing. */
        public IActivation activation() {
            if (layer == null) {
                return new ActivationIdentity();
            }
            org.deeplearning4j.nn.conf.layers.Layer inner = innermost();
            if (inner instanceof ActivationLayer activation) {
                return activation.getActivationFn();
            }
            return inner instanceof BaseLayer base && base.getActivationFn() != null
                    ? base.getActivationFn()
                    : new ActivationIdentity();
        }

        /** Whether the activation is the last thing that the layer does, behind its weights. */
        public boolean endsInActivation() {
            return layer != null
                    && !isOutput()
                    && !(innermost() instanceof BaseRecurrentLayer)
                    && !(innermost() instanceof LossLayer)
                    // Its configuration has an activation that it does not use.
                    && !(innermost() instanceof DropoutLayer);
        }

        /** Names are unique. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Node that && name.equals(that.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    private static final String CHAIN_INPUT = "input";

    private final List<String> inputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<IActivation, NormalMoments> moments = new HashMap<>();
    private Node output;

    /** Of a chain of layers. */
    public static ModelGraph of(MultiLayerNetwork network) {
        ModelGraph graph = new ModelGraph();
        graph.inputs.add(CHAIN_INPUT);
        graph.nodes.add(new Node(CHAIN_INPUT, null, null, null, null, null, false, List.of()));
        for (int i = 0; i < network.getnLayers(); i++) {
            Layer layer = network.getLayer(i);
            String named = layer.conf().getLayer().getLayerName();
            graph.nodes.add(
                    new Node(
                            named == null ? "layer-" + (i + 1) : named,
                            layer,
                            network.getLayerWiseConfigurations().getConf(i),
                            network.getLayerWiseConfigurations().getInputPreProcess(i),
                            null,
                            null,
                            false,
                            List.of(i)));
        }
        graph.output = graph.nodes.get(graph.nodes.size() - 1);
        return graph;
    }

    /** Of a graph. */
    public static ModelGraph of(ComputationGraph network) {
        ModelGraph graph = new ModelGraph();
        graph.inputs.addAll(network.getConfiguration().getNetworkInputs());
        Map<String, Integer> indices = new HashMap<>();
        for (int index : network.topologicalSortOrder()) {
            GraphVertex vertex = network.getVertices()[index];
            String name = vertex.getVertexName();
            List<Integer> inputs = new ArrayList<>();
            for (String input :
                    network.getConfiguration().getVertexInputs().getOrDefault(name, List.of())) {
                inputs.add(indices.get(input));
            }
            boolean input = vertex.isInputVertex();
            boolean adds =
                    network.getConfiguration().getVertices().get(name)
                                    instanceof ElementWiseVertex elementWise
                            && elementWise.getOp() == ElementWiseVertex.Op.Add;
            indices.put(name, graph.nodes.size());
            graph.nodes.add(
                    new Node(
                            name,
                            vertex.getLayer(),
                            conf(network, name),
                            vertex instanceof LayerVertex layer
                                    ? layer.getLayerPreProcessor()
                                    : null,
                            vertex.hasLayer() || input ? null : vertex,
                            vertex.hasLayer() || input
                                    ? null
                                    : network.getConfiguration().getVertices().get(name),
                            adds,
                            List.copyOf(inputs)));
        }
        int first = indices.get(network.getConfiguration().getNetworkOutputs().get(0));
        graph.output = graph.nodes.get(first);
        return graph;
    }

    private static NeuralNetConfiguration conf(ComputationGraph network, String name) {
        Object vertex = network.getConfiguration().getVertices().get(name);
        return vertex instanceof org.deeplearning4j.nn.conf.graph.LayerVertex layer
                ? layer.getLayerConf()
                : null;
    }

    /** The gain of the activation that follows a layer, if only norms and dropout lie between. */
    public double gainBehind(Node node) {
        Node at = node;
        while (true) {
            if (at.isOutput()) {
                return 1;
            }
            if (!(at.activation() instanceof ActivationIdentity)) {
                return moments(at.activation()).gain();
            }
            int index = nodes.indexOf(at);
            List<Node> readers =
                    nodes.stream().filter(each -> each.inputs().contains(index)).toList();
            if (readers.size() != 1 || readers.get(0).hasWeights() || readers.get(0).adds()) {
                return 1;
            }
            at = readers.get(0);
        }
    }

    /**
     * The mean square of what a layer gets, if what each activation before it got has variance 1.
     */
    public double secondMomentBefore(Node node) {
        return node.inputs().stream().mapToDouble(input -> secondMoment(nodes.get(input))).sum()
                / (node.adds() ? 1 : Math.max(1, node.inputs().size()));
    }

    private double secondMoment(Node node) {
        if (!(node.activation() instanceof ActivationIdentity)) {
            return moments(node.activation()).secondMoment();
        }
        return node.inputs().isEmpty() || node.isTrained() ? 1 : secondMomentBefore(node);
    }

    /** Deep networks ask often for the same few. */
    private NormalMoments moments(IActivation activation) {
        return moments.computeIfAbsent(activation, NormalMoments::of);
    }

    /** The names of the inputs, in the order in which arrays are given to them. */
    public List<String> inputs() {
        return inputs;
    }

    /** The first output. */
    public Node output() {
        return output;
    }

    /** All layers and vertices, each behind what feeds it. */
    public List<Node> nodes() {
        return nodes;
    }
}
