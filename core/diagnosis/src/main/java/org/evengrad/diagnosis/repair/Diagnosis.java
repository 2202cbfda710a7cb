package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * What is the matter with the unchanged one.
 *
 * @param verdicts one for each problem and cause, the worst first
 */
record Diagnosis(List<Verdict> verdicts) {
    Diagnosis {
        verdicts = List.copyOf(verdicts);
    }

    /** Whether something is the matter. */
    boolean flagged() {
        return verdicts.stream().anyMatch(verdict -> verdict.severity() != Severity.NOTE);
    }

    /** With what was said later; of two on the same, the worse one counts. */
    Diagnosis and(List<Verdict> later) {
        Map<String, Verdict> bySubject = new LinkedHashMap<>();
        Stream.concat(verdicts.stream(), later.stream())
                .forEach(
                        verdict ->
                                bySubject.merge(
                                        verdict.problem() + " " + verdict.cause(),
                                        verdict,
                                        (one, other) ->
                                                other.severity().compareTo(one.severity()) > 0
                                                        ? other
                                                        : one));
        List<Verdict> all = new ArrayList<>(bySubject.values());
        all.sort(Comparator.comparing(Verdict::severity).reversed());
        return new Diagnosis(all);
    }

    /** What was looked for and not found: it cannot be the cause. One sentence, or none. */
    List<String> notFound() {
        List<String> silent =
                Verdict.PROBLEMS.stream()
                        .filter(
                                problem ->
                                        verdicts.stream()
                                                .noneMatch(v -> v.problem().equals(problem)))
                        .toList();
        return silent.isEmpty() ? List.of() : List.of("not seen: " + String.join(", ", silent));
    }
}
