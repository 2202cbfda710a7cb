package org.evengrad.diagnosis;

import java.util.Arrays;
import java.util.Optional;

/**
 * What the losses and gradients of single steps say, as far as it goes beyond the probe batch.
 *
 * @param swings of the probe loss over steps in a row; empty if they were never measured
 * @param spikes how often a gradient stood far out of those before it, and the loss was higher
 *     behind it
 * @param firstSpike the step of the first one; 0 if there was none
 * @param largestSpike by how many deviations the worst one stood out
 * @param clippedShare the share of steps in which a guard scaled or rewrote the gradient
 */
record LossCurve(
        Optional<Swings> swings,
        int spikes,
        long firstSpike,
        double largestSpike,
        double clippedShare) {
    /** Nothing was seen. */
    static final LossCurve NONE = new LossCurve(Optional.empty(), 0, 0, 0, 0);

    /** How many losses a window has. */
    static final int WINDOW = 20;

    /**
     * The losses of two windows in a row, each of consecutive steps.
     *
     * @param step at which the second one ended
     * @param spread the smaller of their ranges from the 10th to the 90th percentile, a straight
     *     line taken off
     * @param autocorrelation the larger of their correlations of each loss with the next one
     * @param medianBefore of the first window
     * @param medianAfter of the second window
     */
    record Swings(
            long step,
            double spread,
            double autocorrelation,
            double medianBefore,
            double medianAfter) {
        /**
         * Of losses in order.
         *
         * @param losses two windows of them
         */
        static Swings of(long step, double[] losses) {
            double[] first = Arrays.copyOfRange(losses, 0, WINDOW);
            double[] second = Arrays.copyOfRange(losses, WINDOW, 2 * WINDOW);
            double before = median(first);
            double after = median(second);
            detrend(first);
            detrend(second);
            return new Swings(
                    step,
                    Math.min(spreadOf(first), spreadOf(second)),
                    Math.max(autocorrelationOf(first), autocorrelationOf(second)),
                    before,
                    after);
        }

        /** Whether the loss got lower by a share of what it was. */
        boolean improvesBy(double share) {
            return medianAfter < (1 - share) * medianBefore;
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** Takes off the straight line that fits best. */
    private static void detrend(double[] values) {
        double middle = (values.length - 1) / 2.0;
        double mean = Arrays.stream(values).average().orElse(0);
        double rise = 0;
        double run = 0;
        for (int i = 0; i < values.length; i++) {
            rise += (i - middle) * (values[i] - mean);
            run += (i - middle) * (i - middle);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] -= mean + rise / run * (i - middle);
        }
    }

    private static double spreadOf(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int tenth = sorted.length / 10;
        return sorted[sorted.length - 1 - tenth] - sorted[tenth];
    }

    private static double autocorrelationOf(double[] values) {
        double product = 0;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            product += i == 0 ? 0 : values[i] * values[i - 1];
            squares += values[i] * values[i];
        }
        return squares == 0 ? 0 : product / squares;
    }
}
