package org.evengrad.engine.data;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * The column of a CSV file that says when a row was: numbers on any scale, or ISO 8601 dates, with
 * or without time and offset; without offset they are UTC. Dates become seconds since 1970.
 */
final class TimeColumn {
    private static final int FIRST_CAPACITY = 256;
    private static final double NANOS = 1e-9;

    private final String title;
    private final int column;
    private double[] times = new double[FIRST_CAPACITY];
    private int size;
    private boolean numbers;

    /**
     * An empty column.
     *
     * @param title what problems call the column
     * @param column its index, from 0
     */
    TimeColumn(String title, int column) {
        this.title = title;
        this.column = column;
    }

    /**
     * Adds the time of the next row.
     *
     * @param text without spaces around it
     * @param line where it stands
     * @param problems receives what is wrong with it
     */
    void add(String text, long line, ProblemList problems) {
        double number = CsvNumber.parseDouble(text);
        boolean isNumber = !Double.isNaN(number);
        double time = isNumber ? number : date(text);
        if (Double.isNaN(time)) {
            String found = text.isEmpty() ? "the time is missing" : "'" + text + "' is no time";
            problems.add(
                    line,
                    column + 1,
                    title + ": " + found + "; it is a number or an ISO date such as 2024-05-31");
        } else if (size > 0 && isNumber != numbers) {
            problems.add(
                    line,
                    column + 1,
                    String.format(
                            "%s: '%s' is a %s, but the first row has a %s",
                            title,
                            text,
                            isNumber ? "number" : "date",
                            isNumber ? "date" : "number"));
        }
        if (size == 0) {
            numbers = isNumber;
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, Math.multiplyExact(size, 2));
        }
        times[size++] = time;
    }

    /** The times of all rows. */
    double[] times() {
        return Arrays.copyOf(times, size);
    }

    private static double date(String text) {
        try {
            if (text.length() == "2024-05-31".length()) {
                return LocalDate.parse(text).toEpochDay() * 86_400.0;
            }
            String iso = text.replace(' ', 'T');
            OffsetDateTime time =
                    hasOffset(iso)
                            ? OffsetDateTime.parse(iso)
                            : LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC);
            return time.toEpochSecond() + time.getNano() * NANOS;
        } catch (DateTimeException noDate) {
            return Double.NaN;
        }
    }

    private static boolean hasOffset(String iso) {
        int time = iso.indexOf('T');
        return iso.endsWith("Z") || iso.indexOf('+') > 0 || time > 0 && iso.indexOf('-', time) > 0;
    }
}
