package org.evengrad.operations;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What to evaluate, on which data.
 *
 * @param model a run folder, or a model zip
 * @param data a configuration whose {@code data} block names the rows, or a CSV file; without it
 *     the data that the model was trained with
 * @param part which rows
 */
public record EvaluateRequest(Path model, Optional<Path> data, Part part) {
    /** Which part of the data. */
    public enum Part {
        /** The training rows. */
        TRAIN,
        /** The validation rows. */
        VALIDATION,
        /** The test rows. */
        TEST,
        /** All rows. */
        ALL
    }
}
