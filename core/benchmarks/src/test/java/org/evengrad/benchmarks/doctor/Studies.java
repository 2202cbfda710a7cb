package org.evengrad.benchmarks.doctor;

import java.util.List;
import java.util.Map;
import org.evengrad.benchmarks.clinic.Clinic;
import org.evengrad.benchmarks.clinic.ClinicCase;
import org.evengrad.benchmarks.clinic.Truth;
import org.evengrad.benchmarks.doctor.CaseStudy.Outcome;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Repair.Status;

/** Cases and what became of them, for tests. */
final class Studies {
    static final Edit RELU = edit("activation", "relu");
    static final Edit HE = edit("initializer", "he");

    private Studies() {}

    static Edit edit(String key, String value) {
        return new Edit(Edit.Kind.ACTIVATION, key, value, "", "");
    }

    static ClinicCase of(String id) {
        return Clinic.cases().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** With the same skill for each seed. */
    static Outcome outcome(double skill, Edit... edits) {
        return new Outcome(Patch.of(edits), List.of(skill, skill, skill, skill, skill));
    }

    static Treatment treatment(Status status, double cost, Edit... edits) {
        return new Treatment(
                status,
                List.of(edits),
                Map.of(1, List.of(), 2, List.of(), 3, List.of(edits)),
                cost / 2,
                cost / 2,
                6,
                List.of(1L),
                5);
    }

    static CaseStudy study(
            String id, Truth truth, Treatment doctor, Map<Contender, Outcome> outcomes) {
        return new CaseStudy(of(id), 1, truth, doctor, outcomes);
    }
}
