package org.evengrad.engine.data;

import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Part;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * How many rows each part has.
 *
 * @param train at least 1
 * @param validation may be 0
 * @param test may be 0
 */
record PartSizes(int train, int validation, int test) {
    private static final Part DEFAULT_VALIDATION = new Part(0.15);

    /**
     * Works out the sizes. Fractions for {@code train} and {@code test} are of all rows. A fraction
     * for {@code validation} is of the training rows, which lose them; a count stands beside {@code
     * train}. Without {@code train}, all rows that are left are for training.
     *
     * @param rows how many rows there are
     * @throws InvalidInputException if there are too few rows for the parts
     */
    static PartSizes of(DataConfig config, int rows) {
        int test = config.test().rows(rows);
        if (test > rows) {
            throw invalid("data.test", test + " rows are more than the data has: " + rows);
        }
        int left = rows - test;
        Part validationPart = config.validation().orElse(DEFAULT_VALIDATION);
        int validation;
        int train;
        if (validationPart.isFraction()) {
            int both = config.train().map(part -> trainRows(part, rows, left)).orElse(left);
            validation = validationPart.rows(both);
            train = both - validation;
        } else {
            validation = validationPart.rows(rows);
            int available = left - validation;
            train = config.train().map(part -> trainRows(part, rows, available)).orElse(available);
        }
        if (Math.max(0L, train) + validation + test > rows) {
            throw invalid(
                    config.train().isPresent() ? "data.train" : "data.validation",
                    String.format(
                            "%s%d rows for validation and %d for test are more than the data has:"
                                    + " %d",
                            config.train().isPresent() ? train + " rows for training, " : "",
                            validation,
                            test,
                            rows));
        }
        if (train < 1) {
            String larger = test > validation ? "data.test" : "data.validation";
            throw invalid(
                    config.train().isPresent() ? "data.train" : larger,
                    String.format(
                            "no row is left to train on: of %d rows, %d are for validation and %d"
                                    + " for test",
                            rows, validation, test));
        }
        return new PartSizes(train, validation, test);
    }

    /** Fractions that add up to 1 can each be rounded up; training then has one row less. */
    private static int trainRows(Part part, int rows, int available) {
        int wanted = part.rows(rows);
        return part.isFraction() && wanted == available + 1 ? available : wanted;
    }

    private static InvalidInputException invalid(String key, String message) {
        return new InvalidInputException(Problem.ofKey(key, message));
    }
}
