package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.evengrad.engine.dl4j.Branches.Branch;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Says which of a model's parameters are tensors, where they lie, and what they do. */
final class ModelTensors {
    private static final Set<String> STATISTICS =
            Set.of(
                    BatchNormalizationParamInitializer.GLOBAL_MEAN,
                    BatchNormalizationParamInitializer.GLOBAL_VAR,
                    BatchNormalizationParamInitializer.GLOBAL_LOG_STD);

    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();
    private final List<Stretch> statistics = new ArrayList<>();
    private final List<Node> layers = new ArrayList<>();
    private final ModelGraph graph;
    private final Branches branches;

    /**
     * Neighboring parameters.
     *
     * @param start where they begin in the flat parameters
     * @param size how many they are
     */
    record Stretch(int start, int size) {}

    ModelTensors(ModelGraph graph) {
        this.graph = graph;
        branches = new Branches(graph);
        int depth = 0;
        for (Node node : graph.nodes()) {
            if (node.isTrained()) {
                depth += node.hasWeights() ? 1 : 0;
                add(node, Math.max(1, depth));
                layers.add(node);
            }
        }
    }

    private void add(Node node, int depth) {
        Map<String, INDArray> table = node.layer().paramTable();
        List<String> keys = new ArrayList<>(table.keySet());
        // A layer lists its parameters in another order than that in which they lie.
        keys.sort(Comparator.comparingLong(key -> table.get(key).offset()));
        for (String key : keys) {
            INDArray values = table.get(key);
            int offset = Math.toIntExact(values.offset());
            if (node.isFrozen()) {
                continue;
            }
            if (STATISTICS.contains(key)) {
                statistics.add(new Stretch(offset, Math.toIntExact(values.length())));
            } else {
                tensors.add(tensor(node, key, depth));
                offsets.add(offset);
            }
        }
    }

    private Tensor tensor(Node node, String key, int depth) {
        List<Integer> weights = weightShape(node);
        Role role = role(node, key);
        boolean flat = role == Role.BIAS || role == Role.NORM;
        INDArray values = node.layer().getParam(key);
        List<Integer> shape = flat ? List.of(Math.toIntExact(values.length())) : shape(values);
        int units = shape.get(0);
        int fanIn = flat ? fanIn(weights) : fanIn(shape);
        Branch branch = branches.of(node);
        return new Tensor(
                node.name() + "." + key,
                tensors.size(),
                layers.size(),
                depth,
                role,
                shape,
                units,
                fanIn,
                fanOut(flat ? weights : shape),
                branch.number(),
                branches.count(),
                branch.layers(),
                graph.gainBehind(node),
                graph.secondMomentBefore(node));
    }

    /** The shape of the first weights of a layer; of one that has none, such as a norm, [1, 1]. */
    private static List<Integer> weightShape(Node node) {
        for (Map.Entry<String, INDArray> entry : node.layer().paramTable().entrySet()) {
            if (node.hasWeights() && node.isWeight(entry.getKey())) {
                return shape(entry.getValue());
            }
        }
        return List.of(1, 1);
    }

    /** Units first: a matrix in column order holds the incoming weights of a unit together. */
    private static List<Integer> shape(INDArray values) {
        List<Integer> shape = new ArrayList<>();
        for (long size : values.shape()) {
            shape.add(Math.toIntExact(size));
        }
        if (values.ordering() == 'f') {
            Collections.reverse(shape);
        }
        return shape;
    }

    private static int fanIn(List<Integer> shape) {
        return shape.stream().skip(1).reduce(1, Math::multiplyExact);
    }

    private static int fanOut(List<Integer> shape) {
        int area = shape.stream().skip(2).reduce(1, Math::multiplyExact);
        return shape.get(0) * area;
    }

    private Role role(Node node, String key) {
        Layer layer = node.configuration();
        if (!node.hasWeights()) {
            return Role.NORM;
        }
        if (node.isBias(key)) {
            return Role.BIAS;
        }
        // That of a layer that walks both ways has a letter in front.
        if (key.endsWith(LSTMParamInitializer.RECURRENT_WEIGHT_KEY)) {
            return Role.RECURRENT;
        }
        if (node.innermost() instanceof EmbeddingLayer
                || node.innermost() instanceof EmbeddingSequenceLayer) {
            return Role.EMBEDDING;
        }
        if (layer instanceof BaseOutputLayer) {
            return Role.OUTPUT;
        }
        return branches.of(node).isEnd() ? Role.BRANCH_END : Role.WEIGHT;
    }

    /** What is trained, in the order in which it lies. */
    List<Tensor> tensors() {
        return List.copyOf(tensors);
    }

    /** Where each tensor begins in the flat parameters. */
    int offset(int tensor) {
        return offsets.get(tensor);
    }

    /** What batch normalization keeps among the parameters without training it. */
    List<Stretch> statistics() {
        return List.copyOf(statistics);
    }

    /** The layers that the tensors belong to, in order. */
    List<Node> layers() {
        return List.copyOf(layers);
    }
}
