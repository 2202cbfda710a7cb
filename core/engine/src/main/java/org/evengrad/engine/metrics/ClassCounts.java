package org.evengrad.engine.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Counts of true and predicted classes. A prediction of NaN is for no class, and never right. */
final class ClassCounts {
    private final long[] hits;
    private final long[] actual;
    private final long[] predicted;
    private final long[][] counts;
    private long answers;
    private long unusable;

    ClassCounts(int classes) {
        hits = new long[classes];
        actual = new long[classes];
        predicted = new long[classes];
        counts = classes <= Confusion.MOST_CLASSES ? new long[classes][classes] : new long[0][];
    }

    void add(int actualClass, int predictedClass) {
        answers++;
        actual[actualClass]++;
        predicted[predictedClass]++;
        if (actualClass == predictedClass) {
            hits[actualClass]++;
        }
        if (counts.length > 0) {
            counts[actualClass][predictedClass]++;
        }
    }

    void addUnusable() {
        answers++;
        unusable++;
    }

    /** The share of right answers. */
    double accuracy() {
        return (double) LongStream.of(hits).sum() / answers;
    }

    /** The share of right answers among those for a class; NaN if there are none. */
    double precision(int classIndex) {
        return known((double) hits[classIndex] / predicted[classIndex]);
    }

    /** The share of a class that was found; NaN if it has no members. */
    double recall(int classIndex) {
        return known((double) hits[classIndex] / actual[classIndex]);
    }

    /** The harmonic mean of precision and recall; NaN if the class does not occur at all. */
    double f1(int classIndex) {
        return known(2.0 * hits[classIndex] / (actual[classIndex] + predicted[classIndex]));
    }

    /** The mean F1 over the classes that occur among targets or predictions. */
    double macroF1() {
        double sum = 0;
        int occurring = 0;
        for (int c = 0; c < hits.length; c++) {
            if (actual[c] + predicted[c] > 0) {
                sum += f1(c);
                occurring++;
            }
        }
        return known(sum / occurring);
    }

    private double known(double value) {
        return unusable > 0 ? Double.NaN : value;
    }

    Optional<Confusion> confusion() {
        if (counts.length == 0 || unusable > 0) {
            return Optional.empty();
        }
        List<List<Long>> rows = new ArrayList<>();
        for (long[] row : counts) {
            rows.add(LongStream.of(row).boxed().toList());
        }
        return Optional.of(new Confusion(rows));
    }
}
