package org.evengrad.engine.dl4j.translation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Program;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Value.Shape;
import org.evengrad.engine.executor.layers.Input;
import org.evengrad.spi.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The way from a DL4J model to a program of fast layers that computes the same, on the same
 * parameters.
 */
public final class Translation {
    private static final List<LayerTranslation> KINDS =
            List.of(
                    new DenseTranslation(),
                    new RecurrentTranslation(),
                    new EmbeddingTranslation(),
                    new NormalizationTranslation(),
                    new DropoutTranslation(),
                    new VertexTranslation(),
                    new ConvolutionTranslation(),
                    new PoolingTranslation(),
                    new OutputTranslation());

    private static final Nonlinearity IDENTITY = Nonlinearity.of(new Identity());

    private final Program program;
    private final boolean apart;
    private final List<Node> nodes;
    private final Function<IActivation, Optional<Activation>> activations;
    private final Map<Node, Signal> signals = new HashMap<>();
    private final ImageLayouts layouts;

    private record Identity() implements Activation {
        @Override
        public void forward(float[] x, float[] y, int size) {
            System.arraycopy(x, 0, y, 0, size);
        }

        @Override
        public void backward(float[] x, float[] y, float[] gradient, int size) {
            // Its slope is 1.
        }
    }

    /**
     * What came of it.
     *
     * @param program empty if something is not covered
     * @param notCovered what is not: the layer's name and why
     */
    public record Result(Optional<Program> program, List<String> notCovered) {}

    /**
     * A node apart from others.
     *
     * @param program without a loss
     * @param inputs what it reads, one for each of the node's inputs
     * @param output what it gives, before the activation at its end
     * @param shape of a row of the output
     */
    public record Apart(Program program, List<Value> inputs, Value output, Shape shape) {}

    private Translation(
            ModelGraph graph,
            Program program,
            boolean apart,
            Function<IActivation, Optional<Activation>> activations) {
        this.program = program;
        this.apart = apart;
        this.activations = activations;
        layouts = new ImageLayouts(program);
        nodes = graph.nodes();
    }

    /**
     * Translates a model.
     *
     * @param inputShape of one example
     * @param parameters of the model, flat
     * @param gradient of the model, flat
     * @param activations finds the function of an activation
     */
    public static Result of(
            ModelGraph graph,
            List<Integer> inputShape,
            Floats parameters,
            Floats gradient,
            Function<IActivation, Optional<Activation>> activations) {
        if (graph.inputs().size() != 1) {
            return new Result(
                    Optional.empty(),
                    List.of("the model has " + graph.inputs().size() + " inputs"));
        }
        if (graph.nodes().stream().filter(Node::isOutput).count() != 1) {
            return new Result(Optional.empty(), List.of("the model has several outputs"));
        }
        Program program = new Program(parameters, gradient);
        Translation translation = new Translation(graph, program, false, activations);
        for (Node node : graph.nodes()) {
            try {
                translation.translate(node, inputShape);
                translation.name(node);
            } catch (NotCoveredException reason) {
                return new Result(
                        Optional.empty(), List.of(node.name() + ": " + reason.getMessage()));
            }
        }
        return new Result(Optional.of(program), List.of());
    }

    /**
     * Translates one node as it is looked at apart: without the activation at its end, without
     * dropout, without loss.
     *
     * @param inputs what a row of each of its inputs holds
     * @param learned for each input whether its error is wanted
     * @param parameters of the model, flat
     * @param gradient of the model, flat; it is not written
     * @param activations finds the function of an activation
     * @return empty if there are no fast layers for it
     */
    public static Optional<Apart> apart(
            ModelGraph graph,
            Node node,
            List<Shape> inputs,
            List<Boolean> learned,
            Floats parameters,
            Floats gradient,
            Function<IActivation, Optional<Activation>> activations) {
        Program program = new Program(parameters, gradient);
        Translation translation = new Translation(graph, program, true, activations);
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Node before = graph.nodes().get(node.inputs().get(i));
            if (!translation.signals.containsKey(before)) {
                translation.give(before, program.value(inputs.get(i), learned.get(i)));
            }
            values.add(translation.signals.get(before).value());
        }
        try {
            translation.translateKind(node);
        } catch (NotCoveredException reason) {
            return Optional.empty();
        }
        Signal output = translation.signals.get(node);
        Value rows = translation.layouts.rows(output.value());
        return Optional.of(new Apart(program, values, rows, output.shape()));
    }

    private void translate(Node node, List<Integer> inputShape) throws NotCoveredException {
        if (node.layer() == null && node.vertex() == null) {
            Value features = program.value(shape(inputShape), false);
            program.add(new Input(features));
            give(node, features);
            return;
        }
        if (node.layer() != null) {
            requireUsual(node);
        }
        translateKind(node);
    }

    private void translateKind(Node node) throws NotCoveredException {
        for (LayerTranslation kind : KINDS) {
            if (kind.translate(node, this)) {
                return;
            }
        }
        Object what = node.layer() == null ? node.vertex() : node.configuration();
        throw new NotCoveredException(what.getClass().getSimpleName());
    }

    /** Lets a node's layers be found by the name of the node. */
    private void name(Node node) {
        program.part(
                node.name(),
                Optional.ofNullable(signals.get(node)).map(Signal::value),
                node.inputs().stream().map(i -> signals.get(nodes.get(i)).value()).toList());
    }

    /** What a row of a batch of such examples holds. */
    public static Shape shape(List<Integer> example) {
        return switch (example.size()) {
            case 1 -> Shape.flat(example.get(0));
            case 2 -> Shape.sequence(example.get(0));
            default -> Shape.image(example.get(0), example.get(1), example.get(2));
        };
    }

    private static void requireUsual(Node node) throws NotCoveredException {
        if (node.isFrozen()) {
            throw new NotCoveredException("frozen");
        }
        if (node.innermost() instanceof BaseLayer layer && layer.getWeightNoise() != null) {
            throw new NotCoveredException("weight noise");
        }
    }

    /** The program that layers are appended to. */
    Program program() {
        return program;
    }

    /** What a layer reads: reshaped, and what dropout leaves of it, as the model says. */
    Signal input(Node node) throws NotCoveredException {
        Signal signal = signals.get(nodes.get(node.inputs().get(0)));
        Signal reshaped =
                new Signal(
                        layouts.rows(signal.value()),
                        reshaped(signal.shape(), node.preprocessor()));
        return DropoutTranslation.drop(node, reshaped, this);
    }

    /**
     * The images that a node with one input reads, in groups of examples that lie number by number;
     * whatever dropout its configuration has.
     */
    Signal groups(Node node) throws NotCoveredException {
        Signal signal = signals.get(nodes.get(node.inputs().get(0)));
        return groups(new Signal(signal.value(), reshaped(signal.shape(), node.preprocessor())));
    }

    /** Images in groups of examples that lie number by number. */
    Signal groups(Signal images) throws NotCoveredException {
        if (!images.shape().isImage() || images.shape().sequence()) {
            throw new NotCoveredException("an input that is no image");
        }
        return new Signal(layouts.groups(images.value()), images.shape());
    }

    /** A number that no other node has. */
    int numberOf(Node node) {
        return nodes.indexOf(node);
    }

    /** What a vertex with several inputs reads. */
    List<Signal> inputs(Node node) {
        List<Signal> read = new ArrayList<>();
        for (int input : node.inputs()) {
            Signal signal = signals.get(nodes.get(input));
            read.add(new Signal(layouts.rows(signal.value()), signal.shape()));
        }
        return read;
    }

    private static Shape reshaped(Shape shape, InputPreProcessor preprocessor)
            throws NotCoveredException {
        if (preprocessor == null) {
            return shape;
        }
        // A sequence lies row by row for each time step, so that flat layers read it as it is.
        if (preprocessor instanceof RnnToFeedForwardPreProcessor
                || preprocessor instanceof FeedForwardToRnnPreProcessor) {
            return shape;
        }
        if (preprocessor instanceof CnnToFeedForwardPreProcessor) {
            return new Shape(shape.width(), 0, 0, shape.sequence());
        }
        if (preprocessor instanceof FeedForwardToCnnPreProcessor image && !shape.sequence()) {
            return Shape.image(
                    (int) image.getNumChannels(),
                    (int) image.getInputHeight(),
                    (int) image.getInputWidth());
        }
        throw new NotCoveredException(preprocessor.getClass().getSimpleName());
    }

    /** Says what a node computes. */
    void give(Node node, Value value) {
        signals.put(node, new Signal(value, value.shape()));
    }

    /** Says what images a node computes, in groups of examples that lie number by number. */
    void giveGroups(Node node, Value value) {
        layouts.isInGroups(value);
        give(node, value);
    }

    /** Says that a node computes what another one gave, in a shape. */
    void give(Node node, Signal signal) {
        signals.put(node, signal);
    }

    /** The function of a node's activation. */
    Nonlinearity activation(IActivation activation) throws NotCoveredException {
        return activations
                .apply(activation)
                .map(Nonlinearity::of)
                .orElseThrow(
                        () ->
                                new NotCoveredException(
                                        "activation " + activation.getClass().getSimpleName()));
    }

    /** The function that ends a layer, unless the layer is looked at apart from it. */
    Nonlinearity lastActivation(IActivation activation) throws NotCoveredException {
        return apart ? IDENTITY : activation(activation);
    }

    /** Whether a node is looked at apart: without dropout and loss. */
    boolean isApart() {
        return apart;
    }

    /** Where a parameter of a layer begins in the flat parameters. */
    static int offset(Node node, String key) {
        INDArray values = node.layer().getParam(key);
        return Math.toIntExact(values.offset());
    }
}
