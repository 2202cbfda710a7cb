package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source.Iris;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartSizesTest {
    @ParameterizedTest
    @CsvSource({
        // rows, train, validation, test -> train, validation, test
        "10000, 8000, 0, 2000, 8000, 0, 2000",
        "10000, 8000, , 2000, 6800, 1200, 2000",
        "10000, 8000, 0.15, 2000, 6800, 1200, 2000",
        "10000, 7000, 1000, 2000, 7000, 1000, 2000",
        "10000, 1000, 1000, 2000, 1000, 1000, 2000",
        "10000, , 1000, 2000, 7000, 1000, 2000",
        "10000, , , 2000, 6800, 1200, 2000",
        "150, , , 0.2, 102, 18, 30",
        "150, , 0, 0, 150, 0, 0",
        "150, 0.5, 0.2, 0.2, 60, 15, 30",
        "150, 0.5, 30, 0.2, 75, 30, 30",
        // 12.5 and 12.5 are both rounded up; training gives way
        "25, 0.5, 0, 0.5, 12, 0, 13",
        "1, , , 0.2, 1, 0, 0",
    })
    void dividesRows(
            int rows,
            Double train,
            Double validation,
            double test,
            int trainRows,
            int validationRows,
            int testRows) {
        assertEquals(
                new PartSizes(trainRows, validationRows, testRows),
                PartSizes.of(config(train, validation, test), rows));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "150 |      |      | 2000 | data.test: 2000 rows are more than the data has: 150",
                "150 | 8000 | 0    | 30   | data.train: 8000 rows for training, 0 rows for"
                        + " validation and 30 for test are more than the data has: 150",
                "150 | 100  | 40   | 30   | data.train: 100 rows for training, 40 rows for"
                        + " validation and 30 for test are more than the data has: 150",
                "150 |      | 140  | 30   | data.validation: 140 rows for validation and 30 for"
                        + " test are more than the data has: 150",
                "150 |      |      | 150  | data.test: no row is left to train on: of 150 rows, 0"
                        + " are for validation and 150 for test",
                "150 |      | 120  | 30   | data.validation: no row is left to train on: of 150"
                        + " rows, 120 are for validation and 30 for test",
                "150 | 0    | 0    | 30   | data.train: no row is left to train on: of 150 rows, 0"
                        + " are for validation and 30 for test",
                "1   |      | 0.9  | 0    | data.validation: no row is left to train on: of 1"
                        + " rows, 1 are for validation and 0 for test",
            })
    void refusesWhatDoesNotFit(
            int rows, Double train, Double validation, double test, String problem) {
        assertEquals(
                List.of(problem),
                Configs.problems(() -> PartSizes.of(config(train, validation, test), rows)));
    }

    private static DataConfig config(Double train, Double validation, double test) {
        return Configs.of(new Iris(Normalize.NONE), 1, train, validation, test, null);
    }
}
