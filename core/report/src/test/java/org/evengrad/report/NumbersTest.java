package org.evengrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "-0.0|0",
                "1|1",
                "0.0981|0.0981",
                "2.30151|2.302",
                "-2.5|-2.5",
                "100|100",
                "0.001|0.001",
                "0.000999|9.99e-4",
                "3.2e-16|3.2e-16",
                "1e-300|1e-300",
                "999.96|1,000",
                "12345.6|12,346",
                "1e6|1e6",
                "-2.344e30|-2.34e30",
                "NaN|not finite",
                "Infinity|not finite"
            })
    void writesNumbersShort(double value, String expected) {
        assertEquals(expected, Numbers.decimal(value));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 100.0", "0.9667, 96.7", "0.0001, <0.1", "0.0005, 0.1"})
    void writesSharesAsPercent(double share, String expected) {
        assertEquals(expected + "\u202f%", Numbers.percent(share));
    }

    @ParameterizedTest
    @CsvSource({
        "0.4, 0.4~s",
        "1.234, 1.23~s",
        "12.94, 12.9~s",
        "99.9, 99.9~s",
        "200, 3~min 20~s",
        "7500, 2~h 5~min"
    })
    void writesTimesAsPeopleSayThem(double seconds, String expected) {
        assertEquals(expected.replace('~', '\u202f'), Numbers.duration(seconds));
    }

    @Test
    void countsInSingularAndPlural() {
        assertEquals("1 step", Numbers.count(1, "step"));
        assertEquals("1,200 steps", Numbers.count(1200, "step"));
    }
}
