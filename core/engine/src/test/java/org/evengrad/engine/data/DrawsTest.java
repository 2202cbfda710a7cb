package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.evengrad.engine.data.Draws.Purpose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrawsTest {
    private static final int COUNT = 20_000;

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void purposesShareNoNumbers(Purpose purpose) {
        for (Purpose other : Purpose.values()) {
            double correlation = 0;
            Draws first = new Draws(1, purpose, 0);
            Draws second = new Draws(1, other, 0);
            for (int i = 0; i < COUNT; i++) {
                correlation += 12 * (first.uniform() - 0.5) * (second.uniform() - 0.5) / COUNT;
            }
            // Four standard deviations of the mean of independent products are 0.03.
            assertEquals(purpose == other ? 1 : 0, correlation, 0.03, other.name());
        }
    }

    @Test
    void gaussianHasMeanZeroAndVarianceOne() {
        Draws draws = new Draws(3, Purpose.GENERATION, 0);
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        for (int i = 0; i < COUNT; i++) {
            double value = draws.gaussian();
            sum += value / COUNT;
            squares += value * value / COUNT;
            fourth += value * value * value * value / COUNT;
        }
        assertEquals(0, sum, 0.03);
        assertEquals(1, squares, 0.05);
        assertEquals(3, fourth, 0.3);
    }
}
