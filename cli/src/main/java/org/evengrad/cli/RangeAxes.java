package org.evengrad.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.evengrad.diagnosis.RangeResult;
import org.evengrad.diagnosis.RangeResult.Point;

/**
 * Where rates and losses lie in a picture of a range test. Rates are logarithmic. Losses end a
 * little above where the curve begins: how far they run away behind that says nothing.
 */
final class RangeAxes {
    private static final double HEADROOM = 0.4;
    private static final MathContext DIGITS = new MathContext(3);
    private static final double PLAIN_FROM = 1e-3;
    private static final double PLAIN_BELOW = 1e5;

    private final List<Point> curve;
    private final double least;
    private final double largest;
    private final double bottom;
    private final double top;

    /** A rate to point at. */
    record Mark(Kind kind, double rate) {
        /** What it is. */
        enum Kind {
            /** The suggested rate. */
            SUGGESTION("suggestion"),
            /** The rate that is configured. */
            CURRENT("yours"),
            /** Where the loss has risen again. */
            DIVERGENCE("diverges");

            private final String words;

            Kind(String words) {
                this.words = words;
            }

            String words() {
                return words;
            }
        }

        /** Those within the curve's rates. */
        static List<Mark> of(RangeResult result) {
            List<Mark> marks = new ArrayList<>();
            marks.add(new Mark(Kind.CURRENT, result.current()));
            result.divergesAt().ifPresent(rate -> marks.add(new Mark(Kind.DIVERGENCE, rate)));
            result.suggestion().ifPresent(rate -> marks.add(new Mark(Kind.SUGGESTION, rate)));
            RangeAxes axes = new RangeAxes(result);
            marks.removeIf(mark -> mark.rate() < axes.least || mark.rate() > axes.largest);
            return marks;
        }
    }

    /** The axes of a result with at least two points. */
    RangeAxes(RangeResult result) {
        curve = result.curve();
        least = curve.isEmpty() ? 1 : curve.get(0).rate();
        largest =
                Math.max(
                        curve.isEmpty() ? 1 : curve.get(curve.size() - 1).rate(),
                        result.divergesAt().orElse(0));
        double start = curve.isEmpty() ? 1 : curve.get(0).loss();
        double lowest = curve.stream().mapToDouble(Point::loss).min().orElse(0);
        double low = curve.stream().mapToDouble(Point::low).min().orElse(0);
        double high = curve.stream().mapToDouble(Point::loss).max().orElse(1);
        double room = start + HEADROOM * (start - lowest);
        boolean falls = result.rule() == RangeResult.Rule.LEAST_THAT_WINS_MOST;
        double most = falls ? Math.min(Math.max(high, start), room) : high;
        bottom = low;
        top = most > low ? most : low + Math.max(Math.abs(low), 1e-9);
    }

    /** From 0 to 1. */
    double across(double rate) {
        return Math.log(rate / least) / Math.log(largest / least);
    }

    /** From 0 to 1, and above for losses that are cut off. */
    double up(double loss) {
        return (loss - bottom) / (top - bottom);
    }

    /** The loss at a height from 0 to 1. */
    double loss(double up) {
        return bottom + up * (top - bottom);
    }

    /**
     * A quantity of the curve between its points.
     *
     * @param across from 0 to 1
     * @return NaN behind the last point
     */
    double at(double across, ToDoubleFunction<Point> quantity) {
        double rate = least * Math.pow(largest / least, across);
        for (int i = 1; i < curve.size(); i++) {
            Point right = curve.get(i);
            if (rate <= right.rate() * (1 + 1e-9)) {
                Point left = curve.get(i - 1);
                double part = Math.log(rate / left.rate()) / Math.log(right.rate() / left.rate());
                double from = quantity.applyAsDouble(left);
                double to = quantity.applyAsDouble(right);
                return part <= 0 ? from : part >= 1 ? to : from + part * (to - from);
            }
        }
        return Double.NaN;
    }

    /** The powers of ten in the range. */
    List<Double> decades() {
        List<Double> decades = new ArrayList<>();
        int last = (int) Math.floor(Math.log10(largest) + 1e-9);
        for (int power = (int) Math.ceil(Math.log10(least) - 1e-9); power <= last; power++) {
            double decade = Double.parseDouble("1e" + power);
            decades.add(Math.max(least, Math.min(largest, decade)));
        }
        return decades;
    }

    /** A rate as a configuration takes it, with three digits at most. */
    static String rate(double rate) {
        BigDecimal digits = new BigDecimal(rate).round(DIGITS).stripTrailingZeros();
        return rate >= PLAIN_FROM && rate < PLAIN_BELOW
                ? digits.toPlainString()
                : scientific(digits);
    }

    /** Java writes 2.5E-6. */
    private static String scientific(BigDecimal digits) {
        int power = digits.precision() - digits.scale() - 1;
        return digits.movePointLeft(power).stripTrailingZeros().toPlainString() + "e" + power;
    }

    /** {@code 1e-4}, or a plain number where that is as short. */
    static String powerOfTen(double rate) {
        int power = (int) Math.round(Math.log10(rate));
        return power >= -2 && power <= 3
                ? BigDecimal.ONE.scaleByPowerOfTen(power).toPlainString()
                : "1e" + power;
    }
}
