package org.evengrad.engine.dl4j;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.dl4j.imports.TrainableOutput;
import org.evengrad.engine.network.ModelChanges;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** A program's model with another structure, and the same parameters where it has them. */
final class ChangedModel {
    private ChangedModel() {}

    /** A model of its own memory. */
    static Model copy(Model model) {
        ThreadGenerator before = ThreadGenerator.now();
        try {
            return model instanceof MultiLayerNetwork chain
                    ? chain.clone()
                    : ((ComputationGraph) model).clone();
        } finally {
            before.restore();
        }
    }

    /**
     * Changes a model.
     *
     * @throws InvalidInputException if it cannot be changed so
     */
    static Model of(Model model, ModelChanges changes, Activations activations) {
        ThreadGenerator before = ThreadGenerator.now();
        try {
            Model changed = withOutput(model, changes, activations);
            if (changes.hidden().isPresent()) {
                ReplacedActivations replaced =
                        ReplacedActivations.of(
                                changed, changes.hidden().get(), List.of(), activations);
                if (replaced.note().isEmpty()) {
                    throw refused("activation", "the network has no hidden activation to replace");
                }
                changed = replaced.model();
            }
            if (changes.normalized()) {
                changed =
                        InsertedNormalization.in(changed)
                                .orElseThrow(
                                        () ->
                                                refused(
                                                        "model.normalization",
                                                        "the network has norms already, or no"
                                                                + " dense or convolutional layer"
                                                                + " that takes one"));
            }
            return changed;
        } finally {
            before.restore();
        }
    }

    private static Model withOutput(Model model, ModelChanges changes, Activations activations) {
        ILossFunction function =
                changes.loss()
                        .map(BroughtModels::function)
                        .orElseGet(() -> ModelTraits.of(BroughtModels.wrap(model)).lossFunction());
        Optional<Loss> expecting =
                changes.matchLoss() ? changes.loss().or(() -> Losses.of(function)) : changes.loss();
        Optional<IActivation> ending =
                changes.output()
                        .map(activations::of)
                        .or(() -> expecting.flatMap(BroughtModels::expectedBy));
        if (ending.isPresent()) {
            return TrainableOutput.withLoss(model, function, ending.get());
        }
        return changes.loss().isPresent() ? TrainableOutput.withLoss(model, function) : model;
    }

    private static InvalidInputException refused(String key, String message) {
        return new InvalidInputException(Problem.ofKey(key, "not tried: " + message));
    }
}
