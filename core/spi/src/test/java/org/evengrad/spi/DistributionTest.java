package org.evengrad.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistributionTest {
    private static final int SIZE = 200_000;

    @ParameterizedTest
    @EnumSource
    void hasMeanZeroAndTheDeviationThatIsAskedFor(Distribution distribution) {
        float[] values = new float[SIZE + 1];
        values[SIZE] = 42;
        distribution.fill(values, SIZE, 0.5, new SplittableRandom(1));

        double sum = 0;
        double squares = 0;
        for (int i = 0; i < SIZE; i++) {
            sum += values[i];
            squares += (double) values[i] * values[i];
        }
        // Five standard errors; that of the variance is at most sqrt(2 / n) of it.
        assertEquals(0, sum / SIZE, 5 * 0.5 / Math.sqrt(SIZE));
        assertEquals(0.25, squares / SIZE, 5 * 0.25 * Math.sqrt(2.0 / SIZE));
        assertEquals(42, values[SIZE], "no element beyond the size is written");
    }

    @Test
    void boundsAreThoseOfTheFormula() {
        double uniform = 0;
        double truncated = 0;
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < SIZE; i++) {
            uniform = Math.max(uniform, Math.abs(Distribution.UNIFORM.draw(random)));
            truncated = Math.max(truncated, Math.abs(Distribution.TRUNCATED_NORMAL.draw(random)));
        }
        // The variance of a normal distribution cut at 2, by Simpson's rule.
        double mass = simpson(false);
        double deviation = Math.sqrt(simpson(true) / mass);
        assertEquals(Math.sqrt(3), uniform, 1e-3);
        assertTrue(uniform <= Math.sqrt(3));
        assertEquals(2 / deviation, truncated, 1e-3);
        assertTrue(truncated <= 2 / deviation + 1e-12);
    }

    private static double simpson(boolean squared) {
        int intervals = 2000;
        double width = 4.0 / intervals;
        double sum = 0;
        for (int i = 0; i <= intervals; i++) {
            double z = -2 + i * width;
            double weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-z * z / 2) * (squared ? z * z : 1);
        }
        return sum * width / 3;
    }
}
