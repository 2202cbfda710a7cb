package org.evengrad.engine.dl4j.export;

import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.run.ModelDescription.Penalty;
import org.evengrad.engine.step.TrainingState;
import org.evengrad.spi.Optimizer;

/**
 * How a model was trained, so that DL4J can go on with it.
 *
 * @param optimizer moved the parameters
 * @param rate the learning rate to go on with
 * @param penalties what entered the gradient, by the name of the layer
 * @param state where training stood, in the order of the network's parameters; empty if it is not
 *     known, or is that of other parameters
 * @param epochs how many were completed
 */
public record Continuation(
        Optimizer optimizer,
        double rate,
        Map<String, Penalty> penalties,
        Optional<TrainingState> state,
        int epochs) {
    /** Keeps a copy of the penalties. */
    public Continuation {
        penalties = Map.copyOf(penalties);
    }
}
