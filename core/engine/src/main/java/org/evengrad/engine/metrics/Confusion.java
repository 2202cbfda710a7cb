package org.evengrad.engine.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Which class was taken for which.
 *
 * @param counts a row for each true class with a count for each predicted class
 */
public record Confusion(List<List<Long>> counts) {
    /** Up to so many classes are worth a look at. */
    public static final int MOST_CLASSES = 100;

    /**
     * Keeps copies.
     *
     * @throws IllegalArgumentException if the counts are not square
     */
    public Confusion {
        counts = counts.stream().map(List::copyOf).toList();
        for (List<Long> row : counts) {
            if (row.size() != counts.size()) {
                throw new IllegalArgumentException(
                        row.size() + " counts in a row of " + counts.size() + " classes");
            }
        }
    }

    /**
     * A name for each class.
     *
     * @param known names of the first classes; an output beyond them stands for none
     */
    public List<String> names(List<String> known) {
        List<String> names = new ArrayList<>(known.subList(0, Math.min(known.size(), classes())));
        while (names.size() < classes()) {
            names.add("output " + (names.size() + 1));
        }
        return names;
    }

    /** How many classes there are. */
    public int classes() {
        return counts.size();
    }
}
