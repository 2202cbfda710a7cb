package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.random.KeyedRandom;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Follows a random direction from the last pre-activation back through a model, and says what each
 * layer's weights and activation, and the structure between layers, did to it.
 *
 * <p>Layers run one by one without their activation, which is applied apart. Their arrays are
 * scaled to a norm of 1 after each, so that no depth leaves the range of a float.
 */
final class SignalProbe {
    private static final LayerWorkspaceMgr HEAP = LayerWorkspaceMgr.noWorkspaces();

    private final ModelGraph graph;
    private final List<Node> nodes;
    private final List<Node> layers;

    SignalProbe(ModelGraph graph, List<Node> layers) {
        this.graph = graph;
        nodes = graph.nodes();
        this.layers = layers;
    }

    /** What a node made of its input. */
    private static final class Trace {
        private Layer linear;
        private InputPreProcessor reshape;
        private int rows;
        private INDArray preActivation;
        private INDArray output;
        private Delta delta = Delta.NOTHING;
        private double logArrived;
        private double logAtWeights;
        private double logAtInput;
    }

    /**
     * A signal on its way back.
     *
     * @param direction of norm 1; null for none
     * @param log the natural logarithm of its norm
     */
    private record Delta(INDArray direction, double log) {
        static final Delta NOTHING = new Delta(null, Double.NEGATIVE_INFINITY);

        static Delta of(INDArray values, double log) {
            double norm = values.castTo(DataType.DOUBLE).norm2Number().doubleValue();
            return norm > 0 ? new Delta(values.div(norm), log + Math.log(norm)) : NOTHING;
        }

        Delta plus(Delta other) {
            if (direction == null || other.direction == null) {
                return direction == null ? other : this;
            }
            double larger = Math.max(log, other.log);
            return of(
                    direction
                            .mul(Math.exp(log - larger))
                            .addi(other.direction.mul(Math.exp(other.log - larger))),
                    larger);
        }
    }

    List<LayerSignal> measure(Dl4jModel.Arrays arrays, long seed) {
        List<Trace> traces = forward(arrays);
        boolean started = false;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Trace trace = traces.get(i);
            if (nodes.get(i).isOutput() || !started) {
                started = true;
                trace.delta = Delta.of(random(trace.preActivation, seed), 0);
            }
            backward(i, traces);
        }
        return signals(traces);
    }

    private List<Trace> forward(Dl4jModel.Arrays arrays) {
        List<Trace> traces = new ArrayList<>();
        int rows = (int) arrays.features()[0].size(0);
        INDArray mask = arrays.featureMasks() == null ? null : arrays.featureMasks()[0];
        for (Node node : nodes) {
            Trace trace = new Trace();
            trace.rows = rows;
            INDArray[] inputs =
                    node.inputs().stream()
                            .map(input -> traces.get(input).output)
                            .toArray(INDArray[]::new);
            if (node.inputs().isEmpty()) {
                trace.preActivation = arrays.features()[graph.inputs().indexOf(node.name())];
            } else if (node.layer() == null) {
                for (int i = 0; i < inputs.length; i++) {
                    node.vertex().setInput(i, inputs[i], HEAP);
                }
                trace.preActivation = node.vertex().doForward(false, HEAP);
            } else {
                layer(node, trace, inputs[0], mask);
            }
            trace.output =
                    node.endsInActivation()
                            ? node.activation().getActivation(trace.preActivation.dup('c'), false)
                            : trace.preActivation;
            traces.add(trace);
        }
        return traces;
    }

    private static void layer(Node node, Trace trace, INDArray input, INDArray mask) {
        INDArray in = input;
        trace.reshape = node.preprocessor();
        if (node.innermost() instanceof RnnOutputLayer output) {
            trace.reshape = new RnnToFeedForwardPreProcessor(output.getRnnDataFormat());
        }
        if (trace.reshape != null) {
            in = trace.reshape.preProcess(in, trace.rows, HEAP);
        }
        if (node.isOutput() && node.layer().numParams() == 0) {
            trace.preActivation = in;
            return;
        }
        trace.linear = linear(node);
        if (mask != null && in.rank() == 3 && in.size(2) == mask.size(1)) {
            trace.linear.setMaskArray(mask);
        }
        // Running statistics mean nothing yet at the first step: those of the batch do.
        boolean training = node.innermost() instanceof BatchNormalization;
        trace.preActivation = trace.linear.activate(in.dup('c'), training, HEAP);
    }

    /** The same layer on the same weights, without its activation; an output layer as dense. */
    private static Layer linear(Node node) {
        Layer layer = node.layer();
        NeuralNetConfiguration configuration = node.conf().clone();
        org.deeplearning4j.nn.conf.layers.Layer copy = configuration.getLayer();
        if (copy instanceof FrozenLayer frozen) {
            copy = frozen.getLayer();
        } else if (copy instanceof FrozenLayerWithBackprop frozen) {
            copy = frozen.getUnderlying();
        } else if (copy instanceof BaseOutputLayer output) {
            copy =
                    new DenseLayer.Builder()
                            .nIn(output.getNIn())
                            .nOut(output.getNOut())
                            .hasBias(output.hasBias())
                            .build();
        }
        configuration.setLayer(copy);
        boolean apart = node.endsInActivation() || node.isOutput();
        if (apart && copy instanceof BaseLayer base) {
            base.setActivationFn(new ActivationIdentity());
        } else if (apart && copy instanceof ActivationLayer activation) {
            activation.setActivationFn(new ActivationIdentity());
        }
        copy.setIDropout(null);
        INDArray parameters = layer.numParams() == 0 ? null : layer.params();
        Layer linear = copy.instantiate(configuration, null, 0, parameters, false, DataType.FLOAT);
        if (parameters != null) {
            linear.setBackpropGradientsViewArray(Nd4j.create(DataType.FLOAT, parameters.shape()));
        }
        return linear;
    }

    private void backward(int index, List<Trace> traces) {
        Node node = nodes.get(index);
        Trace trace = traces.get(index);
        trace.logArrived = trace.delta.log();
        trace.logAtWeights = Double.NEGATIVE_INFINITY;
        trace.logAtInput = Double.NEGATIVE_INFINITY;
        if (trace.delta.direction() == null || node.inputs().isEmpty()) {
            return;
        }
        Delta delta = trace.delta;
        IActivation activation = node.activation();
        if (node.endsInActivation() && !(activation instanceof ActivationIdentity)) {
            INDArray in = trace.preActivation.dup('c');
            INDArray arrived = delta.direction().dup('c').reshape(in.shape());
            delta = Delta.of(activation.backprop(in, arrived).getFirst(), delta.log());
        }
        trace.logAtWeights = delta.log();
        if (delta.direction() == null) {
            return;
        }
        if (node.layer() == null) {
            node.vertex().setEpsilon(delta.direction());
            INDArray[] back = node.vertex().doBackward(false, HEAP).getSecond();
            for (int i = 0; i < back.length; i++) {
                send(node.inputs().get(i), Delta.of(back[i], delta.log()), traces);
            }
            node.vertex().clear();
            return;
        }
        INDArray back = delta.direction();
        if (trace.linear != null) {
            back = trace.linear.backpropGradient(back.dup('c'), HEAP).getSecond();
        }
        if (back != null && trace.reshape != null) {
            back = trace.reshape.backprop(back, trace.rows, HEAP);
        }
        // Symbols take no gradient.
        Delta atInput = back == null ? Delta.NOTHING : Delta.of(back, delta.log());
        trace.logAtInput = atInput.log();
        send(node.inputs().get(0), atInput, traces);
    }

    private static void send(int node, Delta delta, List<Trace> traces) {
        Trace before = traces.get(node);
        before.delta = before.delta.plus(delta);
    }

    private List<LayerSignal> signals(List<Trace> traces) {
        List<LayerSignal> signals = new ArrayList<>();
        double logBefore = Double.NaN;
        for (Node layer : layers) {
            Trace trace = traces.get(nodes.indexOf(layer));
            boolean first = signals.isEmpty();
            signals.add(
                    new LayerSignal(
                            layer.name(),
                            trace.logArrived,
                            gain(trace.logArrived, trace.logAtWeights),
                            first ? Double.NaN : gain(trace.logAtWeights, trace.logAtInput),
                            first ? Double.NaN : gain(trace.logAtInput, logBefore),
                            variance(trace.preActivation),
                            variance(trace.output),
                            trace.output.amaxNumber().doubleValue(),
                            (int) (trace.output.length() / trace.rows)));
            logBefore = trace.logArrived;
        }
        return Collections.unmodifiableList(signals);
    }

    /** NaN if nothing arrived. */
    private static double gain(double logFrom, double logTo) {
        return logFrom == Double.NEGATIVE_INFINITY ? Double.NaN : Math.exp(logTo - logFrom);
    }

    private static INDArray random(INDArray like, long seed) {
        KeyedRandom random = new KeyedRandom(seed);
        float[] values = new float[(int) like.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape('c', like.shape());
    }

    private static double variance(INDArray values) {
        return values.length() < 2 ? 0 : values.castTo(DataType.DOUBLE).varNumber().doubleValue();
    }
}
