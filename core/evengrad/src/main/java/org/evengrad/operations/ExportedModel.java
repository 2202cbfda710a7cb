package org.evengrad.operations;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.evengrad.engine.dl4j.export.PlainModel;

/**
 * A model that needs DL4J alone.
 *
 * @param file the zip
 * @param model what is in it
 * @param optimizer the name of the run's optimizer; empty where the user's own updaters were kept
 * @param rate at which DL4J's {@code fit} goes on
 * @param notes a sentence for each thing that is different with DL4J alone
 */
public record ExportedModel(
        Path file,
        PlainModel model,
        Optional<String> optimizer,
        OptionalDouble rate,
        List<String> notes) {
    /** Keeps a copy of the notes. */
    public ExportedModel {
        notes = List.copyOf(notes);
    }
}
