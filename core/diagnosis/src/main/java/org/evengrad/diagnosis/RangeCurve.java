package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.evengrad.diagnosis.RangeResult.Point;

/**
 * The curve of a range test: losses by rate, smoothed in each order of batches, and their median.
 *
 * <p>Smoothing is exponential in both directions, so that it shifts nothing to larger rates, and is
 * divided by the sum of its weights, so that it is biased at neither end.
 */
final class RangeCurve {
    /** Smoothing reaches over this share of the curve. */
    private static final double REACH = 1.0 / 30;

    /** The slope is taken over twice this share of the curve. */
    private static final double SLOPE = 1.0 / 25;

    /** A fall of less than this share of the loss is none. */
    private static final double LEAST_FALL = 0.02;

    /** A fall is so many times what single losses differ from the smooth curve. */
    private static final double ABOVE_NOISE = 2;

    /** The way down begins where this share of the fall is behind it. */
    private static final double EDGE = 0.1;

    private final double[] rates;
    private final List<double[]> smooth = new ArrayList<>();
    private final double[] median;
    private final double noise;

    /**
     * A curve.
     *
     * @param rates rising
     * @param losses of each order, behind the step with the rate; shorter than the rates where an
     *     order diverged
     */
    RangeCurve(double[] rates, List<double[]> losses) {
        this.rates = rates;
        double[] raw = medians(losses);
        double cap = cap(raw);
        List<Double> residuals = new ArrayList<>();
        for (double[] order : losses) {
            double[] smoothed = smooth(order, cap);
            smooth.add(smoothed);
            for (int i = 0; i < Math.min(order.length, raw.length); i++) {
                residuals.add(Math.abs(Math.min(order[i], cap) - smoothed[i]));
            }
        }
        median = medians(smooth);
        residuals.sort(null);
        noise =
                residuals.isEmpty()
                        ? Double.NaN
                        : residuals.get(residuals.size() / 2) / Math.sqrt(losses.size());
    }

    /** What is higher than that is of no interest, and would hide all else when it is smoothed. */
    private static double cap(double[] raw) {
        if (raw.length == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double least = Arrays.stream(raw).min().orElse(0);
        return raw[0] + Math.max(Math.abs(raw[0]), raw[0] - least);
    }

    private double[] smooth(double[] losses, double cap) {
        double keep = Math.exp(-1 / Math.max(1, REACH * rates.length));
        double[] sum = new double[losses.length];
        double[] weight = new double[losses.length];
        double s = 0;
        double w = 0;
        for (int i = 0; i < losses.length; i++) {
            s = keep * s + Math.min(losses[i], cap);
            w = keep * w + 1;
            sum[i] = s;
            weight[i] = w;
        }
        s = 0;
        w = 0;
        for (int i = losses.length - 1; i >= 0; i--) {
            sum[i] += s;
            weight[i] += w;
            s = keep * (s + Math.min(losses[i], cap));
            w = keep * (w + 1);
            sum[i] /= weight[i];
        }
        return sum;
    }

    /** As long as at least half of them. */
    private static double[] medians(List<double[]> losses) {
        int length = 0;
        double[] medians =
                new double[losses.stream().mapToInt(each -> each.length).max().orElse(0)];
        for (int i = 0; i < medians.length; i++) {
            medians[i] = at(sorted(losses, i), 0.5);
            if (Double.isFinite(medians[i])) {
                length = i + 1;
            }
        }
        return Arrays.copyOf(medians, length);
    }

    private static double[] sorted(List<double[]> losses, int index) {
        return losses.stream()
                .mapToDouble(each -> index < each.length ? each[index] : Double.POSITIVE_INFINITY)
                .sorted()
                .toArray();
    }

    /** A quantile between two values where it lies there. */
    private static double at(double[] sorted, double quantile) {
        double place = quantile * (sorted.length - 1);
        int below = (int) place;
        double part = place - below;
        return part == 0
                ? sorted[below]
                : sorted[below] + part * (sorted[below + 1] - sorted[below]);
    }

    /** The points up to where at least half of the orders had diverged. */
    List<Point> points() {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < median.length; i++) {
            double[] sorted = sorted(smooth, i);
            points.add(new Point(rates[i], median[i], at(sorted, 0.25), at(sorted, 0.75)));
        }
        return points;
    }

    /** The level of the least rates, but not where they raise it already. */
    private double start() {
        int few = Math.max(1, Math.min(median.length, rates.length / 10));
        return Math.min(median[0], Arrays.stream(median, 0, few).average().orElse(Double.NaN));
    }

    private int lowest() {
        int lowest = 0;
        for (int i = 1; i < median.length; i++) {
            lowest = median[i] < median[lowest] ? i : lowest;
        }
        return lowest;
    }

    /** Whether it falls by more than noise anywhere. */
    boolean falls() {
        if (median.length == 0) {
            return false;
        }
        double fall = start() - median[lowest()];
        return fall > LEAST_FALL * Math.abs(start()) && fall > ABOVE_NOISE * noise;
    }

    /** How far it falls, as a share of where it begins. */
    double fall() {
        return median.length == 0
                ? Double.NaN
                : (start() - median[lowest()]) / Math.max(Math.abs(start()), Double.MIN_NORMAL);
    }

    /** At which rate it is lowest. */
    double lowestRate() {
        return rates[lowest()];
    }

    /**
     * Where half of what was won is lost again, or, where nothing was won, where the loss is well
     * above that of the least rate. Behind the last point if most orders ended there.
     */
    OptionalInt divergence() {
        boolean falls = falls();
        int from = falls ? lowest() : 0;
        double limit =
                falls
                        ? (start() + median[from]) / 2
                        : median.length == 0 ? 0 : start() + 0.25 * Math.abs(start());
        for (int i = from; i < median.length; i++) {
            if (median[i] > limit) {
                return OptionalInt.of(i);
            }
        }
        return median.length < rates.length ? OptionalInt.of(median.length) : OptionalInt.empty();
    }

    /**
     * The rate at which it falls fastest along a logarithmic axis, on the last way down to its
     * lowest point; it must fall.
     */
    double steepestRate() {
        int reach = Math.max(1, (int) Math.round(SLOPE * rates.length));
        int lowest = lowest();
        double edge = start() - EDGE * (start() - median[lowest]);
        int first = lowest;
        while (first > 0 && median[first] < edge) {
            first--;
        }
        int steepest = lowest;
        double most = 0;
        for (int i = first; i <= lowest; i++) {
            int left = Math.max(0, i - reach);
            int right = Math.min(median.length - 1, i + reach);
            double slope = (median[left] - median[right]) / (right - left);
            if (slope > most) {
                most = slope;
                steepest = i;
            }
        }
        return rates[steepest];
    }
}
