package org.evengrad.operations;

import java.nio.file.Path;

/**
 * What to export, and where to.
 *
 * @param model a run folder, or a model zip
 * @param file the zip to write
 * @param overwrite whether the file may exist
 * @param checkpoint whether to take the newest checkpoint of the run in place of its model, where
 *     the two differ
 */
public record ExportRequest(Path model, Path file, boolean overwrite, boolean checkpoint) {
    /** Writes a new file with the model that was kept. */
    public static ExportRequest of(Path model, Path file) {
        return new ExportRequest(model, file, false, false);
    }
}
