package org.evengrad.benchmarks.clinic;

import java.util.Arrays;
import java.util.List;

/** How much of what can be learned a network has learned: 0 is nothing, 1 is all. */
public final class Skill {
    /** The least: that of a network whose answers are no numbers. */
    static final double LEAST = -1;

    private Skill() {}

    /**
     * The skill.
     *
     * @param metric of the network; NaN if its answers are no numbers
     * @param ofNothing what the best answer without looking at the input reaches
     * @param reference what a sane network reaches
     */
    public static double of(double metric, double ofNothing, double reference) {
        return Double.isFinite(metric)
                ? Math.max(LEAST, (metric - ofNothing) / (reference - ofNothing))
                : LEAST;
    }

    /**
     * What sane networks reach: the median over seeds of the best of them.
     *
     * @param metrics for each seed, of each sane network
     */
    public static double reference(List<List<Double>> metrics) {
        return median(
                metrics.stream()
                        .mapToDouble(
                                ofSeed ->
                                        ofSeed.stream()
                                                .mapToDouble(Double::doubleValue)
                                                .filter(Double::isFinite)
                                                .max()
                                                .orElse(Double.NaN))
                        .filter(Double::isFinite)
                        .toArray());
    }

    /** The median; NaN of nothing. */
    public static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
