package org.evengrad.config.plugins;

/**
 * An interval of numbers.
 *
 * @param low the lower bound, maybe negative infinity
 * @param includesLow whether the lower bound itself is inside
 * @param high the upper bound, maybe infinity
 * @param includesHigh whether the upper bound itself is inside
 * @since 0.1.0
 */
public record Range(double low, boolean includesLow, double high, boolean includesHigh) {
    private static final double LARGEST_WHOLE = 1e15;

    /** Every finite number. */
    public static final Range FINITE =
            new Range(Double.NEGATIVE_INFINITY, false, Double.POSITIVE_INFINITY, false);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the interval is empty or a bound is NaN
     */
    public Range {
        if (!(low <= high) || low == high && !(includesLow && includesHigh)) {
            throw new IllegalArgumentException("no number lies between the bounds");
        }
    }

    /**
     * Reads an interval: {@code [0, 1)}, {@code (0, inf)}, {@code (-inf, 0]}. A square bracket
     * includes the bound. Empty text is {@link #FINITE}.
     *
     * @throws IllegalArgumentException if the text is no interval or the interval is empty
     */
    public static Range parse(String text) {
        String trimmed = text.trim();
        if (trimmed.isEmpty()) {
            return FINITE;
        }
        int comma = trimmed.indexOf(',');
        char open = trimmed.charAt(0);
        char close = trimmed.charAt(trimmed.length() - 1);
        if (comma < 0 || open != '[' && open != '(' || close != ']' && close != ')') {
            throw new IllegalArgumentException("'" + text + "' is no range such as [0, 1)");
        }
        double low = bound(text, trimmed.substring(1, comma));
        double high = bound(text, trimmed.substring(comma + 1, trimmed.length() - 1));
        return new Range(low, open == '[', high, close == ']');
    }

    private static double bound(String text, String bound) {
        return switch (bound.trim()) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> {
                try {
                    yield Double.parseDouble(bound.trim());
                } catch (NumberFormatException notANumber) {
                    throw new IllegalArgumentException(
                            "'" + text + "' is no range such as [0, 1)", notANumber);
                }
            }
        };
    }

    /** Whether a number is inside; NaN never is. */
    public boolean contains(double number) {
        return (number > low || includesLow && number == low)
                && (number < high || includesHigh && number == high);
    }

    /** For a message: {@code in [0, 1)}, or {@code a finite number}. */
    @Override
    public String toString() {
        if (equals(FINITE)) {
            return "a finite number";
        }
        return "in "
                + (includesLow ? '[' : '(')
                + text(low)
                + ", "
                + text(high)
                + (includesHigh ? ']' : ')');
    }

    /** A number as people write it: {@code 1}, {@code 0.5}, {@code inf}. */
    static String text(double number) {
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        return number == Math.rint(number) && Math.abs(number) < LARGEST_WHOLE
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}
