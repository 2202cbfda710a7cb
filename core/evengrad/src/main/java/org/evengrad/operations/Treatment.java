package org.evengrad.operations;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.evengrad.diagnosis.repair.Repair;

/**
 * An attempt at a repair that has ended.
 *
 * @param repair what it came to
 * @param patch the changes as HOCON, with a reason each; empty if there are none
 * @param notes what people should know of the trainings and of the patch; one sentence each
 * @param folder what it left behind
 * @param repairedConfig the configuration that includes the original and changes it; empty if there
 *     is no patch
 */
public record Treatment(
        Repair repair,
        String patch,
        List<String> notes,
        TreatmentFolder folder,
        Optional<Path> repairedConfig) {
    /** Keeps a copy. */
    public Treatment {
        notes = List.copyOf(notes);
    }
}
