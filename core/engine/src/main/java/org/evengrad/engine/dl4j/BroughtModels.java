package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.dl4j.Dl4jNetwork.Scored;
import org.evengrad.engine.dl4j.imports.ImportedModel;
import org.evengrad.engine.dl4j.imports.ModelSettings;
import org.evengrad.engine.dl4j.imports.OutputSettings;
import org.evengrad.engine.dl4j.imports.StrategySettings;
import org.evengrad.engine.dl4j.imports.TensorSettings;
import org.evengrad.engine.dl4j.imports.TensorSettings.Motion;
import org.evengrad.engine.dl4j.imports.TrainableOutput;
import org.evengrad.engine.network.BringRequest;
import org.evengrad.engine.network.BroughtModel;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Makes networks of models that users have. */
final class BroughtModels {
    private BroughtModels() {}

    /** A model in a file, for data of a shape. */
    static BroughtModel read(
            BringRequest request, ImportedModel read, Activations activations, int threads) {
        ModelSettings settings = read.settings();
        Model model = read.model();
        List<String> notes = new ArrayList<>();
        if (request.loss().isPresent()) {
            model = TrainableOutput.withLoss(model, function(request.loss().get()));
        }
        Optional<Loss> known = request.loss().or(() -> loss(settings.outputs().get(0)));
        Optional<Loss> loss = known;
        Optional<IActivation> ending =
                request.activations()
                        .output()
                        .map(activations::of)
                        .or(
                                () ->
                                        request.activations().matchLoss()
                                                ? known.flatMap(BroughtModels::expectedBy)
                                                : Optional.empty());
        IActivation own = ModelTraits.of(wrap(model)).outputActivation();
        ILossFunction function = ModelTraits.of(wrap(model)).lossFunction();
        if (ending.isPresent() && function != null && !ending.get().equals(own)) {
            model = TrainableOutput.withLoss(model, function, ending.get());
            OutputSettings changed = ModelSettings.of(model).outputs().get(0);
            loss = known.or(() -> loss(changed));
            notes.add(
                    (request.activations().output().isPresent()
                                    ? "model.output.activation: "
                                    : "model.output.match-loss: ")
                            + ending.get()
                            + " in place of "
                            + own
                            + " at the output");
        }
        if (request.activations().hidden().isPresent()) {
            ReplacedActivations replaced =
                    ReplacedActivations.of(
                            model,
                            request.activations().hidden().get(),
                            request.activations().layers(),
                            activations);
            model = replaced.model();
            replaced.note().ifPresent(notes::add);
        }
        List<Integer> shape =
                new ExampleShape(request.file(), request.exampleShape(), request.symbols())
                        .of(settings, List.of());
        Recurrence recurrence =
                new Recurrence(
                        request.truncate().orElseGet(() -> truncation(settings)),
                        request.sumsSteps());
        Dl4jNetwork network =
                new Dl4jNetwork(
                        wrap(model),
                        shape,
                        recurrence,
                        ArrayLayout.of(settings),
                        Optional.of(activations),
                        threads);
        return new BroughtModel(
                network,
                loss,
                settings(settings, notes, network),
                OwnFirstWeights.of(model, network));
    }

    /** A loss of probabilities needs them. */
    static Optional<IActivation> expectedBy(Loss loss) {
        return switch (loss) {
            case CROSS_ENTROPY -> Optional.of(new ActivationSoftmax());
            case BINARY_CROSS_ENTROPY -> Optional.of(new ActivationSigmoid());
            case MSE, MAE, HUBER -> Optional.empty();
        };
    }

    /**
     * A model that a program built and goes on using.
     *
     * @param exampleShape of its first input
     */
    static BroughtModel lent(
            Model model,
            ModelSettings settings,
            List<Integer> exampleShape,
            Activations activations,
            int threads) {
        Dl4jModel lent = wrap(model);
        return lent(
                lent, lent.gradients(), settings, exampleShape, Optional.of(activations), threads);
    }

    /**
     * A model that a program goes on using.
     *
     * @param gradients where its gradient, or that of a model like it, is found
     * @param exampleShape of its first input
     * @param activations finds the functions that fast layers compute; empty to leave all to DL4J
     */
    static BroughtModel lent(
            Dl4jModel lent,
            INDArray gradients,
            ModelSettings settings,
            List<Integer> exampleShape,
            Optional<Activations> activations,
            int threads) {
        OutputSettings output = settings.outputs().get(0);
        boolean alone = settings.outputs().size() == 1;
        Scored scored =
                alone && output.loss().isPresent()
                        ? Scored.WHOLLY
                        : Losses.of(ModelTraits.of(lent).lossFunction()).isPresent()
                                ? Scored.METRICS_ALONE
                                : Scored.NOT;
        Dl4jNetwork network =
                new Dl4jNetwork(
                        lent,
                        gradients,
                        exampleShape,
                        new Recurrence(truncation(settings), true),
                        ArrayLayout.of(settings),
                        scored,
                        true,
                        activations,
                        threads);
        return new BroughtModel(
                network,
                loss(output),
                settings(settings, List.of(), network),
                OwnFirstWeights.of(lent.model(), network));
    }

    static int truncation(ModelSettings settings) {
        return settings.truncation().map(ModelSettings.Truncation::forward).orElse(0);
    }

    static Dl4jModel wrap(Model model) {
        return model instanceof MultiLayerNetwork chain
                ? new Dl4jModel.Chain(chain)
                : new Dl4jModel.Graph((ComputationGraph) model);
    }

    private static Optional<Loss> loss(OutputSettings output) {
        return output.loss()
                .map(name -> Loss.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    static ILossFunction function(Loss loss) {
        return ModelAssembly.loss(loss, null);
    }

    private static BroughtModel.Settings settings(
            ModelSettings settings, List<String> replaced, Dl4jNetwork network) {
        List<BroughtModel.OfTensor> tensors = new ArrayList<>();
        for (TensorSettings tensor : settings.tensors()) {
            if (tensor.motion() == Motion.TRAINED) {
                tensors.add(
                        new BroughtModel.OfTensor(
                                tensor.rateFactor(),
                                tensor.l1(),
                                tensor.l2(),
                                tensor.weightDecay(),
                                tensor.decayFollowsRate()));
            }
        }
        if (tensors.size() != network.tensors().size()) {
            throw new IllegalStateException(
                    tensors.size() + " settings for " + network.tensors().size() + " tensors");
        }
        return new BroughtModel.Settings(
                settings.optimizer().map(StrategySettings::hocon),
                settings.scheduler().map(StrategySettings::hocon),
                settings.guards().stream().map(StrategySettings::hocon).toList(),
                tensors,
                settings.summary(),
                Stream.concat(settings.notes().stream(), replaced.stream()).toList());
    }
}
