package org.evengrad.benchmarks.clinic;

import java.util.function.DoubleUnaryOperator;

/**
 * Exact bounds of a rate of which {@code hits} of {@code trials} were seen.
 *
 * @param lower what the rate is not below
 * @param upper what the rate is not above
 * @see <a href="https://doi.org/10.1093/biomet/26.4.404">Clopper and Pearson, The Use of Confidence
 *     or Fiducial Limits Illustrated in the Case of the Binomial, 1934</a>
 */
record ClopperPearson(double lower, double upper) {
    private static final double EACH_TAIL = 0.05;
    private static final int HALVINGS = 60;

    /** Bounds each of which holds in at least 95% of cases. */
    static ClopperPearson of(int hits, int trials) {
        if (hits < 0 || hits > trials) {
            throw new IllegalArgumentException(hits + " of " + trials);
        }
        double lower =
                hits == 0 ? 0 : root(rate -> 1 - upTo(hits - 1, trials, rate) - EACH_TAIL, false);
        double upper =
                hits == trials ? 1 : root(rate -> upTo(hits, trials, rate) - EACH_TAIL, true);
        return new ClopperPearson(lower, upper);
    }

    /** Where a monotonic function of a rate crosses zero. */
    private static double root(DoubleUnaryOperator function, boolean falling) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (function.applyAsDouble(middle) > 0 == falling) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** The probability of at most so many hits. */
    private static double upTo(int hits, int trials, double rate) {
        double sum = 0;
        double logarithm = trials * Math.log1p(-rate);
        for (int k = 0; k <= hits; k++) {
            sum += Math.exp(logarithm);
            logarithm += Math.log((double) (trials - k) / (k + 1) * rate / (1 - rate));
        }
        return Math.min(1, sum);
    }
}
