package org.evengrad.engine.dl4j;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.dl4j.layers.GruLayer;
import org.evengrad.engine.dl4j.layers.HuberLoss;
import org.evengrad.engine.dl4j.layers.LayerNormalizationLayer;
import org.evengrad.engine.dl4j.layers.ScaleChannelsVertex;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.LayerPlan.Window;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.spi.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Writes a plan down as a DL4J configuration: a chain if it is one, else a graph. */
final class ModelAssembly {
    private static final String INPUT = "input";

    private final NetworkPlan plan;
    private final Activations activations;

    /** Where DL4J derives something else: behind a SubsetVertex. */
    private final Map<String, Integer> givenInputs = new LinkedHashMap<>();

    ModelAssembly(NetworkPlan plan, Activations activations) {
        this.plan = plan;
        this.activations = activations;
    }

    /** A chain, with every parameter zero. */
    MultiLayerNetwork chain() {
        NeuralNetConfiguration.ListBuilder list = configuration().list();
        for (LayerPlan layer : plan.layers()) {
            list.layer(single(layer));
        }
        list.layer(output());
        // Symbols come as one number each, from which DL4J would derive that there is only one.
        list.overrideNinUponBuild(false).setInputType(inputType());
        if (plan.recurrence().truncate() > 0) {
            list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(plan.recurrence().truncate());
        }
        MultiLayerNetwork network = new MultiLayerNetwork(list.build());
        network.init();
        return network;
    }

    /** A graph, with every parameter zero. */
    ComputationGraph graph() {
        GraphBuilder graph = configuration().graphBuilder().addInputs(INPUT);
        String last = append(graph, plan.layers(), INPUT);
        graph.addLayer(plan.output().name(), output(), last).setOutputs(plan.output().name());
        graph.setInputTypes(inputType());
        if (plan.recurrence().truncate() > 0) {
            graph.backpropType(BackpropType.TruncatedBPTT)
                    .tBPTTForwardLength(plan.recurrence().truncate())
                    .tBPTTBackwardLength(plan.recurrence().truncate());
        }
        ComputationGraphConfiguration configuration = graph.build();
        givenInputs.forEach((name, inputs) -> layer(configuration, name).setNIn(inputs));
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        return network;
    }

    private static FeedForwardLayer layer(
            ComputationGraphConfiguration configuration, String name) {
        LayerVertex vertex = (LayerVertex) configuration.getVertices().get(name);
        return (FeedForwardLayer) vertex.getLayerConf().getLayer();
    }

    private static NeuralNetConfiguration.Builder configuration() {
        // DL4J draws nothing here, but it saves its seed, which would be the time of day.
        return new NeuralNetConfiguration.Builder().seed(0).weightInit(WeightInit.ZERO);
    }

    private InputType inputType() {
        List<Integer> shape = plan.inputShape();
        return switch (shape.size()) {
            case 1 -> InputType.feedForward(shape.get(0));
            case 2 -> InputType.recurrent(width(shape.get(0)), shape.get(1));
            default -> InputType.convolutional(shape.get(1), shape.get(2), shape.get(0));
        };
    }

    /** DL4J takes the size of a sequence's input for the number of symbols. */
    private int width(int features) {
        return !plan.layers().isEmpty()
                        && plan.layers().get(0) instanceof LayerPlan.Embedding embedding
                ? embedding.symbols()
                : features;
    }

    /** Adds layers one behind the other; returns the name of the last. */
    private String append(GraphBuilder graph, List<LayerPlan> layers, String before) {
        String last = before;
        for (LayerPlan layer : layers) {
            last = append(graph, layer, last);
        }
        return last;
    }

    private String append(GraphBuilder graph, LayerPlan layer, String before) {
        if (layer instanceof LayerPlan.Residual residual) {
            return residual(graph, residual, before);
        }
        if (layer instanceof LayerPlan.DenseBlock block) {
            return denseBlock(graph, block, before);
        }
        if (layer instanceof LayerPlan.Convolution convolution && convolution.groups() > 1) {
            return grouped(graph, convolution, before);
        }
        if (layer instanceof LayerPlan.Recurrent recurrent && recurrent.bidirectional()) {
            return bothWays(graph, recurrent, before);
        }
        if (layer instanceof LayerPlan.SqueezeExcite squeeze) {
            return squeezeExcite(graph, squeeze, before);
        }
        graph.addLayer(layer.name(), single(layer), before);
        return layer.name();
    }

    /**
     * DL4J's layer that walks both ways reads padding first on its way back, and has its last step
     * there after a single one. So each way is a layer of its own, one of them on the reversed
     * sequence.
     */
    private String bothWays(GraphBuilder graph, LayerPlan.Recurrent layer, String before) {
        String name = layer.name();
        String forward = name + "/forward";
        String reversed = name + "/reversed";
        String backward = name + "/backward";
        graph.addLayer(forward, recurrent(layer, forward), before);
        graph.addVertex(reversed, new ReverseTimeSeriesVertex(INPUT), before);
        graph.addLayer(backward, recurrent(layer, backward), reversed);
        String back = backward;
        if (!layer.lastStep()) {
            back = name + "/in-time";
            graph.addVertex(back, new ReverseTimeSeriesVertex(INPUT), backward);
        }
        graph.addVertex(name, new MergeVertex(), forward, back);
        return name;
    }

    private static String squeezeExcite(
            GraphBuilder graph, LayerPlan.SqueezeExcite squeeze, String before) {
        String name = squeeze.name();
        String means = name + "/means";
        graph.addLayer(means, new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), before);
        graph.addLayer(
                name + "/squeeze",
                new DenseLayer.Builder()
                        .nOut(squeeze.units())
                        .activation(new ActivationReLU())
                        .build(),
                means);
        graph.addLayer(
                name + "/excite",
                new DenseLayer.Builder()
                        .nOut(squeeze.channels())
                        .activation(new ActivationSigmoid())
                        .build(),
                name + "/squeeze");
        graph.addVertex(name, new ScaleChannelsVertex(), before, name + "/excite");
        return name;
    }

    /** DL4J has no groups: each is a convolution of its own on some of the channels. */
    private String grouped(GraphBuilder graph, LayerPlan.Convolution convolution, String before) {
        int groups = convolution.groups();
        int channels = convolution.channels() / groups;
        String[] parts = new String[groups];
        for (int group = 0; group < groups; group++) {
            String channelsOf = convolution.name() + "/channels-" + (group + 1);
            parts[group] = convolution.name() + "/group-" + (group + 1);
            graph.addVertex(
                    channelsOf,
                    new SubsetVertex(group * channels, (group + 1) * channels - 1),
                    before);
            LayerPlan.Convolution part =
                    new LayerPlan.Convolution(
                            parts[group],
                            channels,
                            convolution.filters() / groups,
                            convolution.window(),
                            1,
                            convolution.activation());
            graph.addLayer(part.name(), single(part), channelsOf);
            givenInputs.put(part.name(), channels);
        }
        graph.addVertex(convolution.name(), new MergeVertex(), parts);
        return convolution.name();
    }

    private String residual(GraphBuilder graph, LayerPlan.Residual residual, String before) {
        String branch = append(graph, residual.body(), before);
        String around =
                residual.projection()
                        .map(projection -> append(graph, projection, before))
                        .orElse(before);
        graph.addVertex(
                residual.name(), new ElementWiseVertex(ElementWiseVertex.Op.Add), branch, around);
        return residual.name();
    }

    private String denseBlock(GraphBuilder graph, LayerPlan.DenseBlock block, String before) {
        String all = before;
        int merged = 0;
        for (List<LayerPlan> branch : block.branches()) {
            merged++;
            String merge = block.name() + "/merge-" + merged;
            graph.addVertex(merge, new MergeVertex(), all, append(graph, branch, all));
            all = merge;
        }
        return all;
    }

    /** DL4J's layer for one that needs no path of its own. */
    private Layer single(LayerPlan layer) {
        if (layer instanceof LayerPlan.Dense dense) {
            return new DenseLayer.Builder()
                    .name(dense.name())
                    .nOut(dense.units())
                    .activation(activation(dense.activation()))
                    .build();
        }
        if (layer instanceof LayerPlan.Convolution convolution) {
            return window(new ConvolutionLayer.Builder(), convolution.window())
                    .name(convolution.name())
                    .nOut(convolution.filters())
                    .activation(activation(convolution.activation()))
                    .build();
        }
        if (layer instanceof LayerPlan.DepthwiseConvolution convolution) {
            return window(
                            new DepthwiseConvolution2D.Builder().depthMultiplier(1),
                            convolution.window())
                    .name(convolution.name())
                    .nOut(convolution.channels())
                    .activation(activation(convolution.activation()))
                    .build();
        }
        if (layer instanceof LayerPlan.Recurrent recurrent) {
            return recurrent(recurrent, recurrent.name());
        }
        if (layer instanceof LayerPlan.Embedding embedding) {
            return new EmbeddingSequenceLayer.Builder()
                    .name(embedding.name())
                    .nIn(embedding.symbols())
                    .nOut(embedding.size())
                    .activation(new ActivationIdentity())
                    .build();
        }
        if (layer instanceof LayerPlan.Pooling pooling) {
            Window window = pooling.window();
            return new SubsamplingLayer.Builder(
                            pooling.kind() == LayerPlan.Pooling.Kind.MAX
                                    ? PoolingType.MAX
                                    : PoolingType.AVG)
                    .name(pooling.name())
                    .kernelSize(window.kernel(), window.kernel())
                    .stride(window.stride(), window.stride())
                    .convolutionMode(mode(window))
                    .build();
        }
        if (layer instanceof LayerPlan.GlobalAveragePooling) {
            return new GlobalPoolingLayer.Builder(PoolingType.AVG).name(layer.name()).build();
        }
        if (layer instanceof LayerPlan.BatchNormalization) {
            return new BatchNormalization.Builder().name(layer.name()).build();
        }
        if (layer instanceof LayerPlan.LayerNormalization) {
            return new LayerNormalizationLayer.Builder().name(layer.name()).build();
        }
        if (layer instanceof LayerPlan.Dropout dropout) {
            // DL4J takes the share that is kept.
            return new DropoutLayer.Builder(1 - dropout.rate()).name(layer.name()).build();
        }
        if (layer instanceof LayerPlan.Activate activate) {
            return new ActivationLayer.Builder()
                    .name(activate.name())
                    .activation(activations.of(activate.activation()))
                    .build();
        }
        throw new IllegalStateException("no single layer: " + layer);
    }

    private Layer recurrent(LayerPlan.Recurrent recurrent, String name) {
        BaseRecurrentLayer.Builder<?> builder =
                switch (recurrent.kind()) {
                    case LSTM -> new LSTM.Builder();
                    case SIMPLE -> new SimpleRnn.Builder();
                    case GRU -> new GruLayer.Builder();
                };
        Layer layer =
                builder.nOut(recurrent.units())
                        .activation(activations.of(recurrent.activation()))
                        .build();
        if (recurrent.lastStep()) {
            layer = new LastTimeStep(layer);
        }
        layer.setLayerName(name);
        return layer;
    }

    private IActivation activation(Optional<Activation> activation) {
        return activation.map(activations::of).orElseGet(ActivationIdentity::new);
    }

    private static <B extends ConvolutionLayer.BaseConvBuilder<B>> B window(
            B builder, Window window) {
        return builder.kernelSize(window.kernel(), window.kernel())
                .stride(window.stride(), window.stride())
                .convolutionMode(mode(window));
    }

    private static ConvolutionMode mode(Window window) {
        return window.same() ? ConvolutionMode.Same : ConvolutionMode.Truncate;
    }

    private Layer output() {
        NetworkPlan.Output output = plan.output();
        ILossFunction loss = loss(output.loss(), weights(output));
        BaseOutputLayer.Builder<?> builder =
                output.perStep() ? new RnnOutputLayer.Builder(loss) : new OutputLayer.Builder(loss);
        builder.hasBias(output.bias());
        return builder.name(output.name())
                .nOut(output.units())
                .activation(outputActivation(output))
                .build();
    }

    /**
     * DL4J's function.
     *
     * @param weights of the outputs; null if they count the same
     */
    static ILossFunction loss(Loss loss, INDArray weights) {
        return switch (loss) {
            case CROSS_ENTROPY -> new LossMCXENT(weights);
            case BINARY_CROSS_ENTROPY -> new LossBinaryXENT(weights);
            case MSE -> new LossMSE();
            case MAE -> new LossMAE();
            case HUBER -> new HuberLoss();
        };
    }

    private static INDArray weights(NetworkPlan.Output output) {
        return output.classWeights().isEmpty()
                ? null
                : Nd4j.create(
                                output.classWeights().stream()
                                        .mapToDouble(Double::doubleValue)
                                        .toArray())
                        .castTo(DataType.FLOAT);
    }

    private IActivation outputActivation(NetworkPlan.Output output) {
        return switch (output.loss()) {
            case CROSS_ENTROPY -> new ActivationSoftmax();
            case BINARY_CROSS_ENTROPY -> new ActivationSigmoid();
            case MSE, MAE, HUBER ->
                    output.activation().map(activations::of).orElseGet(ActivationIdentity::new);
        };
    }
}
