package org.evengrad.benchmarks.clinic;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * How many of how many.
 *
 * @param hits those that are
 * @param trials all
 */
public record Count(int hits, int trials) {
    /** Counts. */
    public static <T> Count of(List<T> all, Predicate<T> hit) {
        return new Count((int) all.stream().filter(hit).count(), all.size());
    }

    /** Hits over trials. */
    public double share() {
        return (double) hits / trials;
    }

    /** For a table: {@code 38 of 40}. */
    public String text() {
        return trials == 0 ? "-" : hits + " of " + trials;
    }

    /** With the interval that holds the rate: {@code 38 of 40 (83 - 99%)}. */
    public String withBounds() {
        if (trials == 0) {
            return "-";
        }
        ClopperPearson bounds = ClopperPearson.of(hits, trials);
        return String.format(
                Locale.ROOT,
                "%s (%.1f - %.1f%%)",
                text(),
                100 * bounds.lower(),
                100 * bounds.upper());
    }
}
