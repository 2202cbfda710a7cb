package org.evengrad.operations;

import java.util.List;
import org.evengrad.engine.train.Scores;

/**
 * How good a saved model is.
 *
 * @param scores on the rows that were looked at
 * @param classes the names of the classes; empty for regression
 */
public record EvaluatedModel(Scores scores, List<String> classes) {
    /** Keeps a copy of the classes. */
    public EvaluatedModel {
        classes = List.copyOf(classes);
    }
}
