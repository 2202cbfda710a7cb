package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhrasesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "20, 20",
        "0.001, 0.001",
        "0.23549, 0.235",
        "1.0249, 1.02",
        "123.456, 123",
        "1.09e-15, 1.1e-15",
        "-0.05, -0.05",
        "12345678.9, 1.2e+07",
        "NaN, NaN",
        "Infinity, Infinity"
    })
    void numbersHaveThreeDigitsThatCount(double value, String text) {
        assertEquals(text, Phrases.number(value));
    }
}
