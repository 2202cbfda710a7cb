package org.evengrad.diagnosis;

import java.util.Arrays;

/**
 * How a number is spread over initializations.
 *
 * @param lower a quarter lies below it
 * @param median half lies below it
 * @param upper three quarters lie below it
 */
public record Quartiles(double lower, double median, double upper) {
    /** What stands for the quartiles of no numbers: each is NaN. */
    public static final Quartiles NONE = new Quartiles(Double.NaN, Double.NaN, Double.NaN);

    /** Interpolates linearly between neighbors. NaN is left out; infinities count. */
    static Quartiles of(double[] values) {
        double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
        return sorted.length == 0
                ? NONE
                : new Quartiles(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
    }

    private static double at(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        double below = sorted[(int) place];
        double above = sorted[(int) Math.ceil(place)];
        // Also for two infinities, whose difference is NaN.
        return below == above ? below : below + (place - (int) place) * (above - below);
    }
}
