package org.evengrad.operations;

import java.nio.file.Path;
import org.evengrad.engine.run.RunFolder;

/**
 * The folder of an attempt at a repair, and the names of what is in it.
 *
 * @param path the folder, absolute
 */
public record TreatmentFolder(Path path) {
    /** The machine's view. */
    public Path json() {
        return path.resolve("doctor.json");
    }

    /** The first seed's run of the unchanged configuration, if it was trained to its end. */
    public RunFolder control() {
        return new RunFolder(path.resolve("control"));
    }

    /** The first seed's run of the repaired configuration, if it was trained to its end. */
    public RunFolder repaired() {
        return new RunFolder(path.resolve("repaired"));
    }

    /** The page that people look at. */
    public Path report() {
        return path.resolve("report.html");
    }
}
