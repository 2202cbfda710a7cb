package org.evengrad.benchmarks.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.evengrad.benchmarks.clinic.ClinicCase;
import org.evengrad.benchmarks.clinic.Skill;
import org.evengrad.benchmarks.clinic.Truth;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Repair.Status;

/**
 * A case with one seed of the doctor, and what became of it.
 *
 * @param of the case
 * @param seed the doctor's
 * @param truth what it turned out to be
 * @param doctor what the doctor did
 * @param outcomes of those who took part, over seeds that none of them had used
 */
record CaseStudy(
        ClinicCase of, long seed, Truth truth, Treatment doctor, Map<Contender, Outcome> outcomes) {
    /** A difference of skill that counts. */
    static final double MARGIN = 0.02;

    /**
     * What a contender's word is worth.
     *
     * @param patch its word
     * @param skills over fresh seeds, relative to what sane networks reach on the same data
     */
    record Outcome(Patch patch, List<Double> skills) {
        double skill() {
            return Skill.median(skills.stream().mapToDouble(Double::doubleValue).toArray());
        }

        /** Lines that a person has to read. */
        long lines() {
            return patch.edits().stream().mapToLong(edit -> edit.value().lines().count()).sum();
        }
    }

    boolean isPatched() {
        return doctor.status() == Status.REPAIRED && !doctor.edits().isEmpty();
    }

    boolean has(Contender contender) {
        return outcomes.containsKey(contender);
    }

    double skill(Contender contender) {
        return outcomes.get(contender).skill();
    }

    /** Whether it is as good as it could be. */
    boolean isCured(Contender contender) {
        return skill(contender) >= Truth.LEARNED;
    }

    boolean isWorse(Contender contender) {
        return skill(contender) < skill(Contender.CONTROL) - MARGIN;
    }

    /** Of those that were not the doctor's last word, the one that did best. */
    Optional<Contender> bestOther() {
        return outcomes.keySet().stream()
                .filter(each -> each != Contender.DOCTOR && each != Contender.CONTROL)
                .max((one, other) -> Double.compare(skill(one), skill(other)));
    }

    /** A line for people who wait. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%-8s %-30s %s %-12s %.1f T  %s",
                truth,
                of.id(),
                has(Contender.DOCTOR)
                        ? String.format(
                                Locale.ROOT,
                                "%5.2f -> %5.2f",
                                skill(Contender.CONTROL),
                                skill(Contender.DOCTOR))
                        : "              ",
                doctor.status(),
                doctor.search() + doctor.proof(),
                doctor.edits().isEmpty() ? "" : doctor.patch().name());
    }
}
