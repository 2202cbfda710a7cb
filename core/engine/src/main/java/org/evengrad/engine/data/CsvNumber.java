package org.evengrad.engine.data;

import java.util.Locale;
import java.util.Set;

/**
 * What counts as a number in a CSV file: digits with an optional sign, decimal point and exponent.
 * Java's parser would also take {@code 1d}, {@code 0x1p3} and {@code NaN}.
 */
final class CsvNumber {
    private static final String CHARACTERS = "0123456789+-.eE";
    private static final Set<String> MISSING =
            Set.of("?", "na", "n/a", "#n/a", "nan", "null", "none");

    private CsvNumber() {}

    /** Whether the text is a number; it may still be too large for a float. */
    static boolean matches(String text) {
        return !Float.isNaN(valueOrNaN(text));
    }

    /**
     * The value.
     *
     * @param text without spaces around it
     * @return NaN if the text is not a finite number; {@link #refusal} says why
     */
    static float parse(String text) {
        float value = valueOrNaN(text);
        return Float.isInfinite(value) ? Float.NaN : value;
    }

    /**
     * The value in double precision.
     *
     * @param text without spaces around it
     * @return NaN if the text is not a finite number
     */
    static double parseDouble(String text) {
        double value = matches(text) ? Double.parseDouble(text) : Double.NaN;
        return Double.isInfinite(value) ? Double.NaN : value;
    }

    /** Whether the text says that there is no value. */
    static boolean isMissing(String text) {
        return text.isEmpty() || MISSING.contains(text.toLowerCase(Locale.ROOT));
    }

    /** Why {@link #parse} gave NaN. */
    static String refusal(String text) {
        if (text.isEmpty()) {
            return "the value is missing";
        }
        if (MISSING.contains(text.toLowerCase(Locale.ROOT))) {
            return "the value is missing: '" + text + "'";
        }
        return matches(text) ? "'" + text + "' is too large" : "'" + text + "' is not a number";
    }

    /** From these characters alone, Java's parser takes nothing but plain decimal numbers. */
    private static float valueOrNaN(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (CHARACTERS.indexOf(text.charAt(i)) < 0) {
                return Float.NaN;
            }
        }
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException error) {
            return Float.NaN;
        }
    }
}
