package org.evengrad.benchmarks.doctor;

import java.util.List;
import java.util.Map;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Repair.Status;

/**
 * What a contender says is to be changed.
 *
 * @param status how it ended
 * @param edits what is to be changed
 * @param early what it would have said after so many trainings of the original; empty if nobody
 *     asks
 * @param search cost, in trainings of the original
 * @param proof cost, in the same
 * @param result cost of the trainings over the whole length, in the same
 * @param seeds that it trained with
 * @param tried how many patches it tried
 */
record Treatment(
        Status status,
        List<Edit> edits,
        Map<Integer, List<Edit>> early,
        double search,
        double proof,
        double result,
        List<Long> seeds,
        int tried) {
    /** Without a search. */
    static Treatment of(Patch patch) {
        return new Treatment(
                patch.isEmpty() ? Status.NOT_REPAIRED : Status.UNCONFIRMED,
                patch.edits(),
                Map.of(),
                0,
                0,
                0,
                List.of(),
                0);
    }

    Patch patch() {
        return new Patch(edits);
    }

    /** What it would have said after so many trainings of the original. */
    Patch patchAt(int trainings) {
        return new Patch(early.get(trainings));
    }
}
