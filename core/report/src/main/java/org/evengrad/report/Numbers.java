package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them. */
final class Numbers {
    /** Binds a number to its unit; narrower than a space. */
    static final String THIN_SPACE = "\u202f";

    private static final double LARGEST_PLAIN = 1e6;
    private static final double SMALLEST_PLAIN = 1e-3;

    private Numbers() {}

    /**
     * Four digits that count, {@code 0.01234}, and three beside a power, {@code 1.23e-8};
     * non-finite is said in words.
     */
    static String decimal(double value) {
        if (value == StepLine.ABSENT) {
            return "not measured";
        }
        if (!Double.isFinite(value)) {
            return "not finite";
        }
        double size = Math.abs(value);
        if (value == 0) {
            return "0";
        }
        if (size >= LARGEST_PLAIN || size < SMALLEST_PLAIN) {
            String text = String.format(Locale.ROOT, "%.2e", value);
            int e = text.indexOf('e');
            return digits(text.substring(0, e)) + "e" + Integer.parseInt(text.substring(e + 1));
        }
        if (size >= 999.95) {
            return whole(Math.round(value));
        }
        return digits(new BigDecimal(value).round(new MathContext(4)).toPlainString());
    }

    /** A number of a file, where null stands for non-finite. */
    static String decimal(JsonNode node) {
        return decimal(node.isNumber() ? node.asDouble() : Double.NaN);
    }

    /** With commas. */
    static String whole(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A share as percent, one digit behind the point: {@code 96.7 %}. */
    static String percent(double share) {
        if (!Double.isFinite(share)) {
            return "not finite";
        }
        boolean tiny = share > 0 && share < 0.0005;
        String number =
                share == 0 ? "0" : tiny ? "<0.1" : String.format(Locale.ROOT, "%.1f", 100 * share);
        return number + THIN_SPACE + "%";
    }

    /** {@code 1 step}, {@code 1,200 steps}. */
    static String count(long count, String singular) {
        return whole(count) + " " + singular + (count == 1 ? "" : "s");
    }

    /** {@code 1.2 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    static String duration(double seconds) {
        if (!Double.isFinite(seconds)) {
            return "unknown time";
        }
        if (seconds < 100) {
            return digits(String.format(Locale.ROOT, seconds < 10 ? "%.2f" : "%.1f", seconds))
                    + THIN_SPACE
                    + "s";
        }
        long whole = Math.round(seconds);
        if (whole < 3600) {
            return whole / 60 + THIN_SPACE + "min " + whole % 60 + THIN_SPACE + "s";
        }
        return whole(whole / 3600) + THIN_SPACE + "h " + whole % 3600 / 60 + THIN_SPACE + "min";
    }

    /** Without zeros at the end of the fraction. */
    private static String digits(String plain) {
        return plain.indexOf('.') < 0 ? plain : plain.replaceAll("\\.?0+$", "");
    }
}
