package org.evengrad.engine.dl4j.signal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.dl4j.layers.LayerNormalizationLayer;
import org.evengrad.engine.dl4j.signal.Blocks.Block;
import org.evengrad.engine.dl4j.signal.Stage.Output;
import org.evengrad.engine.dl4j.translation.Translation;
import org.evengrad.engine.dl4j.translation.Translation.Apart;
import org.evengrad.engine.executor.Examples;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Section;
import org.evengrad.engine.executor.Value.Shape;
import org.evengrad.engine.network.BranchSignal;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.LayerSignal.Kind;
import org.evengrad.engine.network.Signals;
import org.evengrad.engine.network.TimeSignal;
import org.evengrad.engine.parallel.Workers;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.spi.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Follows a random direction from the last pre-activation back through a model, and says what each
 * layer's weights and activation, and the structure between layers, did to it.
 *
 * <p>Nodes run one by one, with the activation at their end apart. What goes back is scaled to a
 * norm of 1 after each, so that no depth leaves the range of a float. What is made for a model is
 * kept; its parameters are read anew each time.
 */
public final class SignalProbe {
    /** Of |f'| at its peak: below it, a bounded activation is saturated. */
    private static final double SATURATED = 0.05;

    /** Dimensions of a batch of sequences. */
    private static final int SEQUENCE = 3;

    /** Dimensions of a batch of images. */
    private static final int IMAGE = 4;

    private final Model model;
    private final List<Node> nodes;
    private final List<Node> layers;
    private final List<Block> blocks;
    private final List<Curve> curves = new ArrayList<>();
    private final int[] lastReader;
    private final List<TimeProbe> timeProbes = new ArrayList<>();
    private List<FastStage> fast = List.of();
    private List<Dl4jStage> slow = List.of();

    /**
     * What is looked at.
     *
     * @param graph of the model
     * @param layers those to report, in order
     * @param parameters of the model, flat
     * @param gradient of the model, flat; it is not written
     * @param channelsLast whether the model has its channels last
     * @param functions finds the functions of activations, for fast layers; empty to leave all to
     *     DL4J
     * @param workers who compute
     */
    public record Model(
            ModelGraph graph,
            List<Node> layers,
            Floats parameters,
            Floats gradient,
            boolean channelsLast,
            Optional<Function<IActivation, Optional<Activation>>> functions,
            Workers workers) {}

    /**
     * What it is looked at with.
     *
     * @param features for each input, as the model takes them
     * @param mask of time steps; null without one
     * @param examples how many, and their mask
     */
    public record Batch(INDArray[] features, INDArray mask, Examples examples) {}

    /** Prepares to look at a model. */
    public SignalProbe(Model model) {
        this.model = model;
        nodes = model.graph().nodes();
        layers = model.layers();
        blocks = Blocks.of(model.graph());
        lastReader = new int[nodes.size()];
        Map<IActivation, Curve> known = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            for (int input : node.inputs()) {
                lastReader[input] = i;
            }
            curves.add(
                    node.endsInActivation() && !isNormalization(node)
                            ? known.computeIfAbsent(node.activation(), this::curve)
                            : Curve.IDENTITY);
            timeProbes.add(TimeProbe.of(node, this::curve).orElse(null));
        }
    }

    private Curve curve(IActivation activation) {
        return Curve.of(activation, model.functions().orElse(any -> Optional.empty()));
    }

    /** What a node made of its input, and what came back. */
    private static final class Trace {
        private float[] preActivation;
        private float[] output;
        private float[] slopes;
        private Layout layout;
        private long[] shape;
        private double preActivationVariance;
        private double variance;
        private double largest;
        private double deadShare;
        private double saturatedShare;
        private final List<Contribution> contributions = new ArrayList<>();
        private double logArrived = Double.NEGATIVE_INFINITY;
        private double logAtWeights = Double.NEGATIVE_INFINITY;
        private double logAtInput = Double.NEGATIVE_INFINITY;

        /** What fast layers give has no shape of its own: a row for each example and time step. */
        long[] rowShape() {
            return shape.length > 0
                    ? shape
                    : new long[] {
                        (long) layout.rows() * layout.steps(),
                        (long) layout.channels() * layout.pixels()
                    };
        }
    }

    /** What came back from one who reads a node. */
    private record Contribution(int reader, int input, Delta delta) {}

    /**
     * Measures on a batch.
     *
     * @param seed of the random direction, which is drawn example by example, step by step, unit by
     *     unit
     */
    public Signals measure(Batch batch, long seed) {
        begin(batch);
        Counted counted = Counted.of(batch.examples());
        List<TimeSignal> alongTime = new ArrayList<>();
        Trace[] traces = forward(batch, counted, seed, alongTime);
        Map<Block, BranchSignal> branches = new HashMap<>();
        boolean started = false;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Trace trace = traces[i];
            if (nodes.get(i).isOutput() || !started) {
                started = true;
                float[] direction = random(trace.layout, counted, seed);
                trace.contributions.add(
                        new Contribution(
                                nodes.size(), 0, Delta.of(direction, 0, trace.layout, counted)));
            }
            backward(i, traces, counted, branches);
            trace.contributions.clear();
            trace.preActivation = null;
            trace.slopes = null;
        }
        slow.stream().filter(Objects::nonNull).forEach(Dl4jStage::end);
        return new Signals(
                signals(traces),
                blocks.stream().filter(branches::containsKey).map(branches::get).toList(),
                alongTime);
    }

    private void begin(Batch batch) {
        if (fast.isEmpty() && slow.isEmpty()) {
            fast = fastStages(batch);
            if (fast.isEmpty()) {
                slow = new ArrayList<>();
                for (Node node : nodes) {
                    slow.add(
                            node.inputs().isEmpty()
                                    ? null
                                    : new Dl4jStage(node, model.channelsLast()));
                }
            }
        }
        for (FastStage stage : fast) {
            if (stage != null) {
                stage.begin(batch.examples());
            }
        }
        for (Dl4jStage stage : slow) {
            if (stage != null) {
                stage.begin(batch.examples().rows(), batch.mask());
            }
        }
    }

    /** One for each node; null for an input. None at all if fast layers cannot compute a node. */
    private List<FastStage> fastStages(Batch batch) {
        if (model.functions().isEmpty() || model.channelsLast()) {
            return List.of();
        }
        List<FastStage> stages = new ArrayList<>();
        List<Shape> shapes = new ArrayList<>();
        List<Boolean> takesSymbols = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            takesSymbols.add(readByEmbedding(i));
        }
        Section.Memory memory = new Section.Memory(model.workers());
        for (Node node : nodes) {
            if (node.inputs().isEmpty()) {
                long[] shape = features(node, batch).shape();
                if (shape.length == SEQUENCE && shape[2] != batch.examples().steps()
                        || shape.length > IMAGE) {
                    return List.of();
                }
                List<Integer> example = new ArrayList<>();
                for (int i = 1; i < shape.length; i++) {
                    example.add((int) shape[i]);
                }
                shapes.add(Translation.shape(example));
                stages.add(null);
                continue;
            }
            Node bare = unfrozen(node);
            Optional<Apart> apart =
                    Translation.apart(
                            model.graph(),
                            bare,
                            node.inputs().stream().map(shapes::get).toList(),
                            node.inputs().stream().map(input -> !takesSymbols.get(input)).toList(),
                            model.parameters(),
                            model.gradient(),
                            model.functions().get());
            if (apart.isEmpty()) {
                return List.of();
            }
            shapes.add(apart.get().shape());
            stages.add(new FastStage(bare, apart.get(), memory));
        }
        return stages;
    }

    private boolean readByEmbedding(int input) {
        return nodes.stream()
                .anyMatch(node -> node.inputs().contains(input) && kind(node) == Kind.EMBEDDING);
    }

    private INDArray features(Node input, Batch batch) {
        return batch.features()[model.graph().inputs().indexOf(input.name())];
    }

    /** The same node as if it were not frozen: what is frozen lets signals through all the same. */
    private static Node unfrozen(Node node) {
        if (!node.isFrozen()) {
            return node;
        }
        NeuralNetConfiguration inner = node.conf().clone();
        inner.setLayer(node.innermost());
        return new Node(
                node.name(),
                node.layer(),
                inner,
                node.preprocessor(),
                node.vertex(),
                node.structure(),
                node.adds(),
                node.inputs());
    }

    private Stage stage(int node) {
        return fast.isEmpty() ? slow.get(node) : fast.get(node);
    }

    private Output input(Node node, Batch batch) {
        INDArray features = features(node, batch);
        long[] shape = features.shape();
        Layout from = Layout.of(batch.examples().rows(), shape, model.channelsLast());
        float[] theirs = new float[from.size()];
        if (features == batch.features()[0] && !model.channelsLast()) {
            // The same memory, without DL4J.
            batch.examples().features().buffer().get(0, theirs);
        } else {
            theirs = features.dup('c').data().asFloat();
        }
        if (fast.isEmpty() || shape.length != SEQUENCE) {
            return new Output(theirs, from, shape);
        }
        Layout to = Layout.of(from.rows(), from.steps(), Shape.sequence(from.channels()));
        float[] values = new float[from.size()];
        for (int row = 0; row < from.rows(); row++) {
            for (int step = 0; step < from.steps(); step++) {
                for (int channel = 0; channel < from.channels(); channel++) {
                    values[to.index(row, step, channel, 0)] =
                            theirs[from.index(row, step, channel, 0)];
                }
            }
        }
        return new Output(values, to, shape);
    }

    private Trace[] forward(Batch batch, Counted counted, long seed, List<TimeSignal> alongTime) {
        Trace[] traces = new Trace[nodes.size()];
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            Trace trace = new Trace();
            traces[i] = trace;
            Output[] inputs = inputs(i, traces);
            Output output = node.inputs().isEmpty() ? input(node, batch) : stage(i).forward(inputs);
            trace.preActivation = output.values();
            trace.layout = output.layout();
            trace.shape = output.shape();
            trace.output = curves.get(i).forward(trace.preActivation, trace.rowShape());
            trace.slopes =
                    curves.get(i).slopes(trace.preActivation, trace.output, trace.rowShape());
            if (layers.contains(node) || curves.get(i) != Curve.IDENTITY) {
                look(trace, curves.get(i), counted);
            }
            TimeProbe time = timeProbes.get(i);
            if (time != null) {
                alongTime.add(time.measure(inputs[0].values(), inputs[0].layout(), counted, seed));
            }
            for (int input : node.inputs()) {
                if (lastReader[input] == i) {
                    traces[input].output = null;
                }
            }
        }
        return traces;
    }

    private Output[] inputs(int node, Trace[] traces) {
        List<Integer> indices = nodes.get(node).inputs();
        Output[] inputs = new Output[indices.size()];
        for (int i = 0; i < inputs.length; i++) {
            Trace trace = traces[indices.get(i)];
            // On the way back, outputs are computed again: they take much memory.
            float[] values =
                    trace.output == null
                            ? curves.get(indices.get(i))
                                    .forward(trace.preActivation, trace.rowShape())
                            : trace.output;
            inputs[i] = new Output(values, trace.layout, trace.shape);
        }
        return inputs;
    }

    private static void look(Trace trace, Curve curve, Counted counted) {
        Layout layout = trace.layout;
        trace.preActivationVariance = counted.variance(trace.preActivation, layout);
        trace.variance =
                trace.output == trace.preActivation
                        ? trace.preActivationVariance
                        : counted.variance(trace.output, layout);
        trace.largest = counted.largest(trace.output, layout);
        if (curve.isElementwise()) {
            lookAtSlopes(trace, curve, counted);
        }
    }

    private static void lookAtSlopes(Trace trace, Curve curve, Counted counted) {
        Layout layout = trace.layout;
        float flat = (float) (SATURATED * curve.slopePeak());
        int dead = 0;
        long saturated = 0;
        for (int channel = 0; channel < layout.channels(); channel++) {
            boolean alive = false;
            for (int row = 0; row < layout.rows(); row++) {
                for (int step = 0; step < layout.steps(); step++) {
                    if (counted.at(layout, row, step)) {
                        for (int pixel = 0; pixel < layout.pixels(); pixel++) {
                            float slope =
                                    Math.abs(trace.slopes[layout.index(row, step, channel, pixel)]);
                            alive |= slope != 0;
                            saturated += slope < flat ? 1 : 0;
                        }
                    }
                }
            }
            dead += alive ? 0 : 1;
        }
        trace.deadShare = (double) dead / layout.channels();
        if (curve.isBounded()) {
            trace.saturatedShare = (double) saturated / Math.max(1, counted.size(layout));
        }
    }

    private void backward(
            int index, Trace[] traces, Counted counted, Map<Block, BranchSignal> branches) {
        Node node = nodes.get(index);
        Trace trace = traces[index];
        for (Block block : blocks) {
            if (block.fork() == index) {
                branches.put(block, branch(block, traces, counted));
            }
        }
        Delta delta = Delta.NOTHING;
        for (Contribution contribution : trace.contributions) {
            delta = delta.plus(contribution.delta(), trace.layout, counted);
        }
        trace.logArrived = delta.log();
        trace.logAtWeights = delta.log();
        trace.logAtInput = delta.log();
        if (node.inputs().isEmpty() || !delta.isThere()) {
            return;
        }
        Curve curve = curves.get(index);
        if (curve != Curve.IDENTITY) {
            float[] errors =
                    curve.backward(
                            trace.preActivation, trace.slopes, delta.direction(), trace.rowShape());
            delta = Delta.of(errors, delta.log(), trace.layout, counted);
        }
        trace.logAtWeights = delta.log();
        trace.logAtInput = delta.log();
        if (!delta.isThere()) {
            return;
        }
        float[][] back = stage(index).backward(() -> inputs(index, traces), delta.direction());
        trace.logAtInput = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < back.length; i++) {
            if (back[i] != null) {
                Trace before = traces[node.inputs().get(i)];
                Delta sent = Delta.of(back[i], delta.log(), before.layout, counted);
                trace.logAtInput = sent.log();
                before.contributions.add(new Contribution(index, i, sent));
            }
        }
    }

    private BranchSignal branch(Block block, Trace[] traces, Counted counted) {
        Trace fork = traces[block.fork()];
        Delta all = Delta.NOTHING;
        Delta branch = Delta.NOTHING;
        for (Contribution each : fork.contributions) {
            if (block.reads(each.reader())) {
                all = all.plus(each.delta(), fork.layout, counted);
                if (block.reads(each.reader(), each.input())) {
                    branch = branch.plus(each.delta(), fork.layout, counted);
                }
            }
        }
        double arrived = traces[block.sum()].logArrived;
        return new BranchSignal(
                nodes.get(block.sum()).name(),
                block.inside().stream()
                        .map(nodes::get)
                        .filter(layers::contains)
                        .map(Node::name)
                        .toList(),
                gain(arrived, all.log()),
                gain(arrived, branch.log()));
    }

    private List<LayerSignal> signals(Trace[] traces) {
        List<LayerSignal> signals = new ArrayList<>();
        double logBefore = Double.NaN;
        int before = 0;
        for (Node layer : layers) {
            int index = nodes.indexOf(layer);
            Trace trace = traces[index];
            int end = end(index);
            Trace ending = traces[end];
            boolean first = signals.isEmpty();
            signals.add(
                    new LayerSignal(
                            layer.name(),
                            ending.logArrived,
                            gain(ending.logArrived, trace.logAtWeights),
                            first ? Double.NaN : gain(trace.logAtWeights, trace.logAtInput),
                            first ? Double.NaN : gain(trace.logAtInput, logBefore),
                            first ? Double.NaN : ofAverages(before + 1, index, traces),
                            trace.preActivationVariance,
                            ending.variance,
                            ending.largest,
                            ending.layout.width(),
                            kind(layer),
                            ending.deadShare,
                            ending.saturatedShare,
                            curves.get(end).slopePeak()));
            logBefore = ending.logArrived;
            before = end;
        }
        return signals;
    }

    /** What averages between two nodes do to a random direction. */
    private double ofAverages(int from, int to, Trace[] traces) {
        double gain = 1;
        for (int i = from; i < to; i++) {
            Node node = nodes.get(i);
            int cells = 1;
            if (node.innermost() instanceof SubsamplingLayer pooling
                    && pooling.getPoolingType() == PoolingType.AVG) {
                cells = Arrays.stream(pooling.getKernelSize()).reduce(1, (a, b) -> a * b);
            } else if (node.innermost() instanceof GlobalPoolingLayer pooling
                    && pooling.getPoolingType() == PoolingType.AVG) {
                Layout input = traces[node.inputs().get(0)].layout;
                cells = input.pixels() * input.steps();
            }
            gain /= Math.sqrt(cells);
        }
        return gain;
    }

    /** Where a layer ends: at an activation of its own behind it, if nothing else reads it. */
    private int end(int layer) {
        if (curves.get(layer) != Curve.IDENTITY || nodes.get(layer).isOutput()) {
            return layer;
        }
        int reader = -1;
        for (int i = layer + 1; i < nodes.size(); i++) {
            if (nodes.get(i).inputs().contains(layer)) {
                if (reader >= 0) {
                    return layer;
                }
                reader = i;
            }
        }
        boolean activates =
                reader >= 0
                        && curves.get(reader) != Curve.IDENTITY
                        && !nodes.get(reader).isTrained();
        return activates ? reader : layer;
    }

    private static boolean isNormalization(Node node) {
        Layer layer = node.innermost();
        return layer instanceof BatchNormalization || layer instanceof LayerNormalizationLayer;
    }

    private static Kind kind(Node node) {
        Layer layer = node.innermost();
        if (node.isOutput()) {
            return Kind.OUTPUT;
        }
        if (isNormalization(node)) {
            return Kind.NORMALIZATION;
        }
        if (layer instanceof BaseRecurrentLayer) {
            return Kind.RECURRENT;
        }
        return layer instanceof EmbeddingLayer || layer instanceof EmbeddingSequenceLayer
                ? Kind.EMBEDDING
                : Kind.WEIGHTS;
    }

    /** NaN if nothing arrived. */
    private static double gain(double logFrom, double logTo) {
        return logFrom == Double.NEGATIVE_INFINITY ? Double.NaN : Math.exp(logTo - logFrom);
    }

    /** Zero where time steps do not count. */
    private static float[] random(Layout layout, Counted counted, long seed) {
        KeyedRandom random = new KeyedRandom(seed);
        float[] values = new float[layout.size()];
        for (int row = 0; row < layout.rows(); row++) {
            for (int step = 0; step < layout.steps(); step++) {
                boolean counts = counted.at(layout, row, step);
                for (int channel = 0; channel < layout.channels(); channel++) {
                    for (int pixel = 0; pixel < layout.pixels(); pixel++) {
                        float value = (float) random.nextGaussian();
                        values[layout.index(row, step, channel, pixel)] = counts ? value : 0;
                    }
                }
            }
        }
        return values;
    }
}
