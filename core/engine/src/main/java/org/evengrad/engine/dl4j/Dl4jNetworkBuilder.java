package org.evengrad.engine.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkBuilder;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.OpenedModel;
import org.evengrad.engine.run.ModelDescription;
import org.evengrad.spi.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Builds networks as DL4J's {@code MultiLayerNetwork}. */
public final class Dl4jNetworkBuilder implements NetworkBuilder {
    private final StrategyRegistry registry;

    /**
     * A builder that knows the activations of a registry.
     *
     * @param registry what is installed
     */
    public Dl4jNetworkBuilder(StrategyRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Network build(NetworkPlan plan, int threads) {
        NativeBackend.check(Dl4jNetworkBuilder.class.getClassLoader());
        Activations activations = new Activations(registry);
        // DL4J draws nothing here, but it saves its seed, which would be the time of day.
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder().seed(0).weightInit(WeightInit.ZERO).list();
        int inputs = plan.inputs();
        for (NetworkPlan.Hidden layer : plan.layers()) {
            list.layer(
                    new DenseLayer.Builder()
                            .name(layer.name())
                            .nIn(inputs)
                            .nOut(layer.units())
                            .activation(activations.of(layer.activation()))
                            .build());
            inputs = layer.units();
        }
        NetworkPlan.Output output = plan.output();
        list.layer(
                new OutputLayer.Builder(loss(output))
                        .name(output.name())
                        .nIn(inputs)
                        .nOut(output.units())
                        .activation(outputActivation(output, activations))
                        .hasBias(output.bias())
                        .build());
        MultiLayerNetwork network = new MultiLayerNetwork(list.build());
        network.init();
        return new Dl4jNetwork(network, threads);
    }

    @Override
    public OpenedModel open(Path file, int threads) {
        NativeBackend.check(Dl4jNetworkBuilder.class.getClassLoader());
        ModelZip.Contents contents = ModelZip.read(file);
        StrategyReader reader =
                new StrategyReader(registry.remembering(strategies(contents.evengradJson())));
        MultiLayerNetwork network = contents.network();
        requireDenseChain(network, file);
        for (Layer layer : network.getLayers()) {
            if (layer.conf().getLayer() instanceof BaseLayer base
                    && base.getActivationFn() instanceof StrategyActivation strategy) {
                strategy.resolve(
                        (Activation) reader.read(Kind.ACTIVATION, strategy.strategy(), file));
            }
        }
        Loss loss = lossOf(network, file);
        return new OpenedModel(new Dl4jNetwork(network, threads), loss, contents.evengradJson());
    }

    /** What the model says that it was trained with; a damaged entry says nothing. */
    private static List<Provenance.Use> strategies(Optional<String> evengradJson) {
        try {
            return evengradJson.isEmpty()
                    ? List.of()
                    : ModelDescription.parse(evengradJson.get()).strategies();
        } catch (IOException damaged) {
            return List.of();
        }
    }

    private static void requireDenseChain(MultiLayerNetwork network, Path file) {
        int last = network.getnLayers() - 1;
        for (int i = 0; i <= last; i++) {
            org.deeplearning4j.nn.conf.layers.Layer layer = network.getLayer(i).conf().getLayer();
            boolean dense = layer instanceof DenseLayer hidden && !hidden.hasLayerNorm();
            if (!(i < last ? dense : layer instanceof OutputLayer)) {
                throw new InvalidInputException(
                        Problem.inFile(
                                file,
                                "layer "
                                        + (i + 1)
                                        + " of the model is a "
                                        + layer.getClass().getSimpleName()
                                        + "; Evengrad opens dense layers (without layer"
                                        + " normalization) that end in an output layer"));
            }
        }
    }

    private static Loss lossOf(MultiLayerNetwork network, Path file) {
        Object last = network.getOutputLayer().conf().getLayer();
        ILossFunction function = last instanceof BaseOutputLayer output ? output.getLossFn() : null;
        if (function instanceof LossMCXENT) {
            return Loss.CROSS_ENTROPY;
        }
        if (function instanceof LossBinaryXENT) {
            return Loss.BINARY_CROSS_ENTROPY;
        }
        if (function instanceof LossMSE) {
            return Loss.MSE;
        }
        throw new InvalidInputException(
                Problem.inFile(
                        file,
                        "the model's last layer has no loss that Evengrad knows: cross-entropy,"
                                + " binary-cross-entropy or mse"));
    }

    private static ILossFunction loss(NetworkPlan.Output output) {
        return switch (output.loss()) {
            case CROSS_ENTROPY -> new LossMCXENT();
            case BINARY_CROSS_ENTROPY -> new LossBinaryXENT();
            case MSE -> new LossMSE();
        };
    }

    private static IActivation outputActivation(
            NetworkPlan.Output output, Activations activations) {
        return switch (output.loss()) {
            case CROSS_ENTROPY -> new ActivationSoftmax();
            case BINARY_CROSS_ENTROPY -> new ActivationSigmoid();
            case MSE -> output.activation().map(activations::of).orElseGet(ActivationIdentity::new);
        };
    }
}
