package org.evengrad.engine.dl4j.imports;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Gives the outputs of a network a loss. A dense layer at the end becomes an output layer with the
 * same parameters; a layer without parameters gets its loss within or behind it.
 */
public final class TrainableOutput {
    private TrainableOutput() {}

    /**
     * What an output gets.
     *
     * @param loss what training makes small
     * @param activation in place of the layer's own
     */
    record Wanted(ILossFunction loss, Optional<IActivation> activation) {}

    /**
     * A network with the same parameters whose outputs all have the given loss, in place of their
     * own if they have one.
     *
     * @throws IllegalArgumentException if it is neither a MultiLayerNetwork nor a ComputationGraph
     */
    public static Model withLoss(Model model, ILossFunction loss) {
        return with(model, output -> new Wanted(loss, Optional.empty()));
    }

    /**
     * The same with another activation at the end.
     *
     * @param activation in place of that of every output
     * @throws IllegalArgumentException if it is neither a MultiLayerNetwork nor a ComputationGraph
     */
    public static Model withLoss(Model model, ILossFunction loss, IActivation activation) {
        return with(model, output -> new Wanted(loss, Optional.of(activation)));
    }

    /** What the output of that name, which has that activation, gets. */
    interface Choice extends Function<Output, Wanted> {}

    /** An output: its layer's name, and what its numbers have come through. */
    record Output(String layer, IActivation activation) {}

    static Model with(Model model, Choice choice) {
        if (model instanceof MultiLayerNetwork chain) {
            return with(chain, choice);
        }
        if (model instanceof ComputationGraph graph) {
            return with(graph, choice);
        }
        throw Parts.unknown(model);
    }

    private static Model with(MultiLayerNetwork chain, Choice choice) {
        MultiLayerConfiguration configuration = chain.getLayerWiseConfigurations().clone();
        List<NeuralNetConfiguration> layers = new ArrayList<>(configuration.getConfs());
        foldActivation(layers);
        int last = layers.size() - 1;
        NeuralNetConfiguration end = layers.get(last);
        InputPreProcessor before = configuration.getInputPreProcess(last);
        Layer replaced = replacement(end.getLayer(), before, choice);
        if (replaced != null) {
            if (replaced instanceof RnnOutputLayer && before != null) {
                configuration.getInputPreProcessors().remove(last);
            }
            end.setLayer(replaced);
        } else {
            layers.add(behind(end, choice));
        }
        configuration.setConfs(layers);
        configuration.setValidateOutputLayerConfig(false);
        MultiLayerNetwork result = new MultiLayerNetwork(configuration);
        result.init();
        result.setParams(chain.params());
        return result;
    }

    /** Puts an activation at the end into the dense layer before it, if that has none. */
    private static void foldActivation(List<NeuralNetConfiguration> layers) {
        int last = layers.size() - 1;
        if (last > 0
                && layers.get(last).getLayer() instanceof ActivationLayer activation
                && layers.get(last - 1).getLayer() instanceof DenseLayer dense
                && dense.getActivationFn() instanceof ActivationIdentity) {
            dense.setActivationFn(activation.getActivationFn());
            layers.remove(last);
        }
    }

    private static Model with(ComputationGraph graph, Choice choice) {
        ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
        List<String> outputs = new ArrayList<>();
        for (String name : configuration.getNetworkOutputs()) {
            GraphVertex vertex = configuration.getVertices().get(name);
            if (!(vertex instanceof LayerVertex)) {
                NeuralNetConfiguration plain = configuration.getDefaultConfiguration().clone();
                ActivationLayer identity = new ActivationLayer(new ActivationIdentity());
                identity.setLayerName(name);
                plain.setLayer(identity);
                outputs.add(append(configuration, name, behind(plain, choice)));
                continue;
            }
            LayerVertex layer = (LayerVertex) vertex;
            NeuralNetConfiguration end = layer.getLayerConf();
            Layer replaced = replacement(end.getLayer(), layer.getPreProcessor(), choice);
            if (replaced == null) {
                outputs.add(append(configuration, name, behind(end, choice)));
                continue;
            }
            end.setLayer(replaced);
            if (replaced instanceof RnnOutputLayer) {
                layer.setPreProcessor(null);
            }
            outputs.add(name);
        }
        configuration.setNetworkOutputs(outputs);
        configuration.setValidateOutputLayerConfig(false);
        // Vertices may have come, so the order is to be found again.
        configuration.setTopologicalOrder(null);
        configuration.setTopologicalOrderStr(null);
        ComputationGraph result = new ComputationGraph(configuration);
        result.init();
        result.setParams(graph.params());
        if (!Arrays.equals(names(graph), names(result))) {
            for (Map.Entry<String, org.nd4j.linalg.api.ndarray.INDArray> parameter :
                    graph.paramTable().entrySet()) {
                result.setParam(parameter.getKey(), parameter.getValue());
            }
        }
        return result;
    }

    private static String[] names(ComputationGraph graph) {
        return graph.paramTable().keySet().toArray(String[]::new);
    }

    private static String append(
            ComputationGraphConfiguration configuration,
            String behind,
            NeuralNetConfiguration layer) {
        String name = layer.getLayer().getLayerName();
        configuration.getVertices().put(name, new LayerVertex(layer, null));
        configuration.getVertexInputs().put(name, List.of(behind));
        return name;
    }

    /** The layer with a loss that takes a layer's place; null if a layer must follow it. */
    private static Layer replacement(Layer layer, InputPreProcessor before, Choice choice) {
        if (layer instanceof DenseLayer dense) {
            Wanted wanted = choice.apply(output(dense.getLayerName(), dense.getActivationFn()));
            BaseOutputLayer output =
                    before instanceof RnnToFeedForwardPreProcessor sequence
                            ? timeSteps(dense, wanted.loss(), sequence.getRnnDataFormat())
                            : new OutputLayer.Builder(wanted.loss())
                                    .hasBias(dense.hasBias())
                                    .build();
            copy(dense, output);
            wanted.activation().ifPresent(output::setActivationFn);
            return output;
        }
        if (layer instanceof ActivationLayer activation) {
            Wanted wanted =
                    choice.apply(output(activation.getLayerName(), activation.getActivationFn()));
            LossLayer output = new LossLayer.Builder(wanted.loss()).build();
            output.setLayerName(activation.getLayerName());
            output.setActivationFn(wanted.activation().orElse(activation.getActivationFn()));
            return output;
        }
        if (OutputReader.loss(layer).isPresent()) {
            Layer output = layer.clone();
            setLoss(output, choice);
            return output;
        }
        return null;
    }

    private static RnnOutputLayer timeSteps(
            DenseLayer dense, ILossFunction loss, RNNFormat format) {
        RnnOutputLayer output =
                new RnnOutputLayer.Builder(loss)
                        .hasBias(dense.hasBias())
                        .dataFormat(format)
                        .build();
        output.setRnnDataFormat(format);
        return output;
    }

    private static void copy(DenseLayer from, BaseOutputLayer to) {
        to.setLayerName(from.getLayerName());
        to.setNIn(from.getNIn());
        to.setNOut(from.getNOut());
        to.setActivationFn(from.getActivationFn());
        to.setWeightInitFn(from.getWeightInitFn());
        to.setBiasInit(from.getBiasInit());
        to.setRegularization(from.getRegularization());
        to.setRegularizationBias(from.getRegularizationBias());
        to.setIUpdater(from.getIUpdater());
        to.setBiasUpdater(from.getBiasUpdater());
        to.setGradientNormalization(from.getGradientNormalization());
        to.setGradientNormalizationThreshold(from.getGradientNormalizationThreshold());
        to.setIDropout(from.getIDropout());
        to.setConstraints(from.getConstraints());
    }

    private static void setLoss(Layer output, Choice choice) {
        if (output instanceof BaseOutputLayer layer) {
            Wanted wanted = choice.apply(output(layer.getLayerName(), layer.getActivationFn()));
            layer.setLossFn(wanted.loss());
            wanted.activation().ifPresent(layer::setActivationFn);
        } else if (output instanceof LossLayer layer) {
            Wanted wanted = choice.apply(output(layer.getLayerName(), layer.getActivationFn()));
            layer.setLossFn(wanted.loss());
            wanted.activation().ifPresent(layer::setActivationFn);
        } else if (output instanceof RnnLossLayer layer) {
            Wanted wanted = choice.apply(output(layer.getLayerName(), layer.getActivationFn()));
            layer.setLossFn(wanted.loss());
            wanted.activation().ifPresent(layer::setActivationFn);
        } else if (output instanceof CnnLossLayer layer) {
            layer.setLossFn(
                    choice.apply(output(layer.getLayerName(), layer.getActivationFn())).loss());
        } else if (output instanceof Cnn3DLossLayer layer) {
            layer.setLossFn(
                    choice.apply(output(layer.getLayerName(), layer.getActivationFn())).loss());
        }
    }

    /** A layer without parameters that only has the loss, to stand behind the given one. */
    private static NeuralNetConfiguration behind(NeuralNetConfiguration end, Choice choice) {
        Layer before = end.getLayer();
        Wanted wanted = choice.apply(output(before.getLayerName(), new ActivationIdentity()));
        RNNFormat format =
                before instanceof BaseRecurrentLayer recurrent
                        ? recurrent.getRnnDataFormat()
                        : before instanceof Bidirectional both ? both.getRNNDataFormat() : null;
        NeuralNetConfiguration configuration = end.clone();
        configuration.clearVariables();
        IActivation activation = wanted.activation().orElseGet(ActivationIdentity::new);
        if (format != null) {
            RnnLossLayer output = new RnnLossLayer.Builder(wanted.loss()).build();
            output.setRnnDataFormat(format);
            output.setActivationFn(activation);
            configuration.setLayer(output);
        } else {
            LossLayer output = new LossLayer.Builder(wanted.loss()).build();
            output.setActivationFn(activation);
            configuration.setLayer(output);
        }
        configuration.getLayer().setLayerName(before.getLayerName() + "_loss");
        return configuration;
    }

    private static Output output(String layer, IActivation activation) {
        return new Output(layer, activation);
    }
}
