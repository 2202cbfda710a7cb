package org.evengrad.benchmarks.race;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.evengrad.benchmarks.PerformancePage;

/**
 * The middle of some numbers, and how far they spread.
 *
 * @param lower a quarter of the numbers is below
 * @param median half of them are below
 * @param upper three quarters are below
 */
record Spread(double lower, double median, double upper) {
    /**
     * That of a number for each round.
     *
     * @param rounds at least 1
     * @param number what a round gives
     */
    static Spread of(int rounds, IntToDoubleFunction number) {
        double[] sorted = new double[rounds];
        Arrays.setAll(sorted, number);
        Arrays.sort(sorted);
        return new Spread(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
    }

    /** Between two numbers in proportion. */
    private static double at(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** The median, with the quartiles in brackets. */
    String text() {
        return PerformancePage.ratio(median)
                + " ("
                + PerformancePage.ratio(lower)
                + " to "
                + PerformancePage.ratio(upper)
                + ")";
    }
}
