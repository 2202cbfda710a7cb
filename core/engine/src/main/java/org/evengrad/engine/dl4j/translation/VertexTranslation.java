package org.evengrad.engine.dl4j.translation;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.dl4j.layers.ScaleChannelsVertex;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Value.Shape;
import org.evengrad.engine.executor.layers.Concatenation;
import org.evengrad.engine.executor.layers.Product;
import org.evengrad.engine.executor.layers.ScaleChannels;
import org.evengrad.engine.executor.layers.Slice;
import org.evengrad.engine.executor.layers.Sum;

/** Vertices of a graph that have no parameters. */
final class VertexTranslation implements LayerTranslation {
    @Override
    public boolean translate(Node node, Translation translation) throws NotCoveredException {
        if (node.structure() instanceof ElementWiseVertex vertex) {
            elementWise(node, vertex.getOp(), translation);
            return true;
        }
        if (node.structure() instanceof MergeVertex vertex) {
            merge(node, vertex, translation);
            return true;
        }
        if (node.structure() instanceof SubsetVertex vertex) {
            subset(node, vertex, translation);
            return true;
        }
        if (node.structure() instanceof ScaleChannelsVertex) {
            List<Signal> inputs = translation.inputs(node);
            Value output = output(inputs.get(0).shape(), inputs, translation);
            translation
                    .program()
                    .add(new ScaleChannels(inputs.get(0).use(), inputs.get(1).use(), output));
            translation.give(node, output);
            return true;
        }
        return false;
    }

    private static Value output(Shape shape, List<Signal> inputs, Translation translation) {
        boolean learned = inputs.stream().anyMatch(input -> input.value().isLearned());
        return translation.program().value(shape, learned);
    }

    private static List<Value.Use> uses(List<Signal> inputs) {
        return inputs.stream().map(Signal::use).toList();
    }

    private static void elementWise(Node node, ElementWiseVertex.Op op, Translation translation)
            throws NotCoveredException {
        List<Signal> inputs = translation.inputs(node);
        Shape shape = inputs.get(0).shape();
        if (inputs.stream().anyMatch(input -> !input.shape().equals(shape))) {
            throw new NotCoveredException("inputs of different shapes");
        }
        float[] factors = new float[inputs.size()];
        Arrays.fill(factors, op == ElementWiseVertex.Op.Average ? 1f / factors.length : 1);
        if (op == ElementWiseVertex.Op.Subtract) {
            factors[1] = -1;
        }
        Value output = output(shape, inputs, translation);
        Layer layer =
                switch (op) {
                    case Add, Subtract, Average -> new Sum(uses(inputs), factors, output);
                    case Product -> new Product(uses(inputs), output);
                    default -> throw new NotCoveredException("an ElementWiseVertex with " + op);
                };
        translation.program().add(layer);
        translation.give(node, output);
    }

    private static void merge(Node node, MergeVertex vertex, Translation translation)
            throws NotCoveredException {
        if (vertex.getMergeAxis() != MergeVertex.DEFAULT_MERGE_DIM) {
            throw new NotCoveredException("merging along axis " + vertex.getMergeAxis());
        }
        List<Signal> inputs = translation.inputs(node);
        Shape first = inputs.get(0).shape();
        int width = inputs.stream().mapToInt(input -> input.shape().width()).sum();
        int channels = inputs.stream().mapToInt(input -> input.shape().channels()).sum();
        Value output =
                output(
                        new Shape(width, channels, first.height(), first.sequence()),
                        inputs,
                        translation);
        translation.program().add(new Concatenation(uses(inputs), output));
        translation.give(node, output);
    }

    private static void subset(Node node, SubsetVertex vertex, Translation translation) {
        List<Signal> inputs = translation.inputs(node);
        Shape shape = inputs.get(0).shape();
        int count = vertex.getTo() - vertex.getFrom() + 1;
        int pixels = shape.isImage() ? shape.width() / shape.channels() : 1;
        Shape part =
                new Shape(
                        count * pixels,
                        shape.isImage() ? count : 0,
                        shape.height(),
                        shape.sequence());
        Value output = output(part, inputs, translation);
        translation
                .program()
                .add(new Slice(inputs.get(0).use(), vertex.getFrom() * pixels, output));
        translation.give(node, output);
    }
}
