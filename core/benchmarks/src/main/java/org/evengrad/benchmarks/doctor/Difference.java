package org.evengrad.benchmarks.doctor;

import java.util.Arrays;
import java.util.Locale;
import org.evengrad.engine.random.KeyedRandom;

/**
 * The mean of paired differences, with the interval between the percentiles of its bootstrap.
 *
 * @param mean of all pairs
 * @param lower 2.5% of resamples are below
 * @param upper 2.5% of resamples are above
 * @param pairs how many
 * @see <a href="https://doi.org/10.1214/aos/1176344552">Efron, Bootstrap Methods: Another Look at
 *     the Jackknife, 1979</a>
 */
record Difference(double mean, double lower, double upper, int pairs) {
    private static final int RESAMPLES = 10_000;
    private static final double TAIL = 0.025;

    /**
     * Of some differences; no numbers if there are none.
     *
     * @param differences one for each case
     * @param seed of the resamples
     */
    static Difference of(double[] differences, long seed) {
        int pairs = differences.length;
        if (pairs == 0) {
            return new Difference(Double.NaN, Double.NaN, Double.NaN, 0);
        }
        KeyedRandom random = new KeyedRandom(seed);
        double[] means = new double[RESAMPLES];
        for (int resample = 0; resample < RESAMPLES; resample++) {
            double sum = 0;
            for (int i = 0; i < pairs; i++) {
                sum += differences[random.nextInt(pairs)];
            }
            means[resample] = sum / pairs;
        }
        Arrays.sort(means);
        int below = (int) (TAIL * RESAMPLES);
        return new Difference(
                Arrays.stream(differences).average().orElseThrow(),
                means[below],
                means[RESAMPLES - 1 - below],
                pairs);
    }

    /** For a table. */
    String text() {
        return pairs == 0
                ? "-"
                : String.format(Locale.ROOT, "%+.3f (%+.3f to %+.3f)", mean, lower, upper);
    }
}
