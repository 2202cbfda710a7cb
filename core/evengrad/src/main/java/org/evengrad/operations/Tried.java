package org.evengrad.operations;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Stage;
import org.evengrad.diagnosis.repair.Trial;

/**
 * A patch that was tried, and how it did as it was trained further.
 *
 * @param patch what was changed; {@link Patch#NONE} for the control
 * @param results as far as it came
 */
public record Tried(Patch patch, Map<Length, Result> results) {
    /** Keeps a copy. */
    public Tried {
        Map<Length, Result> copy = new EnumMap<>(Length.class);
        copy.putAll(results);
        results = Collections.unmodifiableMap(copy);
    }

    /** What was trained for the same length with the same seeds, and so can be compared. */
    public enum Length {
        /** 5% of the planned steps, but no fewer than 20. */
        SHORT,
        /** 15% of the planned steps, but no fewer than 20. */
        LONGER,
        /** The length of the proof, on fresh seeds. */
        PROOF,
        /** All planned steps. */
        WHOLE;

        private static Length of(Stage stage) {
            return switch (stage) {
                case FIRST_RUNG -> SHORT;
                case SECOND_RUNG, PAIRS, DROP -> LONGER;
                case PROOF -> PROOF;
                case CONTROL, RESULT -> WHOLE;
            };
        }
    }

    /**
     * The mean over seeds.
     *
     * @param skill on the validation part
     * @param seeds how many
     * @param steps of the longest training; one that breaks down ends before
     */
    public record Result(double skill, int seeds, long steps) {}

    /** What was tried, in the order in which it first was. */
    public static List<Tried> of(List<Trial> trials) {
        Map<Patch, Map<Length, Map<Long, Trial>>> last = new LinkedHashMap<>();
        for (Trial trial : trials) {
            // A seed that was trained again to the same length counts once.
            last.computeIfAbsent(trial.patch(), any -> new EnumMap<>(Length.class))
                    .computeIfAbsent(Length.of(trial.stage()), any -> new LinkedHashMap<>())
                    .put(trial.seed(), trial);
        }
        List<Tried> tried = new ArrayList<>();
        last.forEach(
                (patch, byLength) -> {
                    Map<Length, Result> results = new EnumMap<>(Length.class);
                    byLength.forEach((length, bySeed) -> results.put(length, mean(bySeed)));
                    tried.add(new Tried(patch, results));
                });
        return tried;
    }

    private static Result mean(Map<Long, Trial> bySeed) {
        return new Result(
                bySeed.values().stream().mapToDouble(Trial::skill).average().orElse(Double.NaN),
                bySeed.size(),
                bySeed.values().stream().mapToLong(Trial::steps).max().orElse(0));
    }

    /** How it did at a length; empty if it was not trained so far. */
    public Optional<Result> at(Length length) {
        return Optional.ofNullable(results.get(length));
    }
}
