package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * What was said of a run so far. A verdict is told when it is new, and once more when it is worse.
 * Those that a network may still grow out of are told when they stood in two looks in a row.
 */
final class Spoken {
    private static final Set<String> NEED_TWO_LOOKS =
            Set.of(
                    Verdict.VANISHING_GRADIENT,
                    Verdict.EXPLODING_GRADIENT,
                    Verdict.DEAD_UNITS,
                    Verdict.SATURATION,
                    Verdict.FLAT_LOSS);

    private final Map<String, Verdict> told = new LinkedHashMap<>();
    private final Map<String, Verdict> seen = new LinkedHashMap<>();
    private final List<Verdict> news = new ArrayList<>();

    /** Takes in what judges say in one look. */
    void look(long step, List<Verdict> verdicts) {
        Map<String, Verdict> before = new LinkedHashMap<>(seen);
        seen.clear();
        for (Verdict verdict : verdicts) {
            String problem = verdict.problem();
            Verdict last = before.get(problem);
            Verdict now = since(verdict, last == null ? step : last.firstStep());
            seen.put(problem, now);
            if (NEED_TWO_LOOKS.contains(problem)) {
                if (last == null) {
                    continue;
                }
                now = last.severity().compareTo(now.severity()) < 0 ? now.as(last.severity()) : now;
            }
            Verdict earlier = told.get(problem);
            if (earlier == null || earlier.severity().compareTo(now.severity()) < 0) {
                Verdict fresh = earlier == null ? now : now.since(earlier.firstStep());
                told.put(problem, fresh);
                news.add(fresh);
            }
        }
    }

    /** A judge may know better when it began. */
    private static Verdict since(Verdict verdict, long step) {
        return verdict.firstStep() > 0 ? verdict : verdict.since(step);
    }

    /** What is new since this was asked last. */
    List<Verdict> news() {
        if (news.isEmpty()) {
            return List.of();
        }
        List<Verdict> fresh = List.copyOf(news);
        news.clear();
        return fresh;
    }

    /** All that was told, each as bad as it was at worst. */
    List<Verdict> told() {
        return List.copyOf(told.values());
    }

    /**
     * The verdicts of the end with the step that each was first seen at; what was told on the way
     * and is gone by the end becomes a note.
     */
    List<Verdict> atEnd(long step, List<Verdict> verdicts) {
        List<Verdict> all = new ArrayList<>();
        Set<String> standing = new java.util.HashSet<>();
        for (Verdict verdict : verdicts) {
            standing.add(verdict.problem());
            Verdict earlier = told.getOrDefault(verdict.problem(), seen.get(verdict.problem()));
            all.add(earlier == null ? since(verdict, step) : verdict.since(earlier.firstStep()));
        }
        for (Verdict gone : told.values()) {
            if (!standing.contains(gone.problem()) && gone.severity() != Severity.NOTE) {
                all.add(gone(gone));
            }
        }
        return all;
    }

    private static Verdict gone(Verdict verdict) {
        return new Verdict(
                verdict.problem(),
                Severity.NOTE,
                verdict.layers(),
                verdict.cause(),
                verdict.evidence(),
                verdict.seeds(),
                verdict.firstStep(),
                "Seen at step " + verdict.firstStep() + ", and gone by the end: " + verdict.what(),
                verdict.why(),
                verdict.advice());
    }

    void save(SavedNumbers saved) {
        for (Map<String, Verdict> each : List.of(told, seen)) {
            saved.put(each.size());
            each.values().forEach(saved::putVerdict);
        }
    }

    void restore(SavedNumbers saved) {
        news.clear();
        for (Map<String, Verdict> each : List.of(told, seen)) {
            each.clear();
            for (int left = (int) saved.next(); left > 0; left--) {
                Verdict verdict = saved.nextVerdict();
                each.put(verdict.problem(), verdict);
            }
        }
    }
}
