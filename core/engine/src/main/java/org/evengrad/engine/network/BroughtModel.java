package org.evengrad.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;

/**
 * A model that a user has, and what it says itself about its training.
 *
 * @param network with the model's parameters; closed by whoever asked for it
 * @param loss what it makes small, if that is one of ours
 * @param settings how it wants to be trained
 * @param firstWeights draws first weights as the model itself does; empty if it has been trained,
 *     or keeps some of its weights
 */
public record BroughtModel(
        Network network,
        Optional<Loss> loss,
        Settings settings,
        Optional<FirstWeights> firstWeights) {
    /**
     * How a model wants to be trained. Strategies are written as in a configuration.
     *
     * @param optimizer empty if the model does not say
     * @param scheduler empty for a constant rate
     * @param guards what it does to gradients
     * @param tensors in the order of the network's tensors
     * @param summary one line for people
     * @param notes what is not carried over, or differs; one sentence each
     */
    public record Settings(
            Optional<String> optimizer,
            Optional<String> scheduler,
            List<String> guards,
            List<OfTensor> tensors,
            String summary,
            List<String> notes) {
        /** Keeps copies of the lists. */
        public Settings {
            guards = List.copyOf(guards);
            tensors = List.copyOf(tensors);
            notes = List.copyOf(notes);
        }

        /** What was read, and what is not carried over, for people; one sentence each. */
        public List<String> told() {
            List<String> told = new ArrayList<>();
            told.add("read from the model: " + summary);
            told.addAll(notes);
            return told;
        }
    }

    /**
     * What it says about one tensor.
     *
     * @param rateFactor what the learning rate is multiplied by
     * @param l1 the weight of the sum of magnitudes
     * @param l2 the weight of half the sum of squares
     * @param decay what share of each parameter is taken off after a step
     * @param decayFollowsRate whether that share is multiplied by the learning rate
     */
    public record OfTensor(
            double rateFactor, double l1, double l2, double decay, boolean decayFollowsRate) {}
}
