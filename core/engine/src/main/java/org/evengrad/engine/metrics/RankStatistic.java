package org.evengrad.engine.metrics;

import java.util.Arrays;

/**
 * The area under the ROC curve: the probability that a positive example has a higher score than a
 * negative one, a tie counting half. Exact, by the statistic of Mann and Whitney (1947), "On a test
 * of whether one of two random variables is stochastically larger than the other".
 */
final class RankStatistic {
    private static final int FIRST_ROOM = 64;

    private final int mostScores;
    private final Scores positives = new Scores();
    private final Scores negatives = new Scores();
    private boolean unusable;

    /**
     * A statistic without scores.
     *
     * @param mostScores how many it keeps in memory; with more than that it is undefined
     */
    RankStatistic(int mostScores) {
        this.mostScores = mostScores;
    }

    void add(double score, boolean positive) {
        if (Double.isNaN(score) || positives.count + negatives.count == mostScores) {
            unusable = true;
        }
        if (!unusable) {
            (positive ? positives : negatives).add(score);
        }
    }

    /** The area; NaN without examples of both kinds, with a NaN, or with too many scores. */
    double value() {
        if (unusable || positives.count == 0 || negatives.count == 0) {
            return Double.NaN;
        }
        positives.sort();
        negatives.sort();
        long halves = 0;
        int below = 0;
        int notAbove = 0;
        for (int i = 0; i < positives.count; i++) {
            double score = positives.values[i];
            while (below < negatives.count && negatives.values[below] < score) {
                below++;
            }
            while (notAbove < negatives.count && negatives.values[notAbove] <= score) {
                notAbove++;
            }
            halves += below + notAbove;
        }
        return halves / (2.0 * positives.count * negatives.count);
    }

    private static final class Scores {
        double[] values = new double[FIRST_ROOM];
        int count;

        void add(double score) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            // No -0.0, which sorts below 0.0 but is not less.
            values[count++] = score + 0.0;
        }

        void sort() {
            Arrays.sort(values, 0, count);
        }
    }
}
