package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class GoalTest {
    @Test
    void refusesToBeLeftOutWithoutAReason() {
        assertThrows(IllegalArgumentException.class, () -> Goal.leftOut(" "));
        assertThrows(IllegalArgumentException.class, () -> Goal.leftOut(""));
        assertEquals("too flat", Goal.leftOut("too flat").leftOut());
    }

    @Test
    void refusesAToleranceThatIsTooEasy() {
        assertThrows(IllegalArgumentException.class, () -> Goal.reached(0.1, 100, 0.2));
        assertThrows(IllegalArgumentException.class, () -> Goal.reached(0.1, 100, 0));
    }

    @Test
    void refusesStepsThatTakeTooLong() {
        assertThrows(IllegalArgumentException.class, () -> Goal.reached(0.1, 20_001, 0.1));
        assertThrows(IllegalArgumentException.class, () -> Goal.reached(0.1, 0, 0.1));
    }

    @Test
    void refusesARateThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> Goal.reached(0, 100, 0.1));
        assertThrows(IllegalArgumentException.class, () -> Goal.reached(Double.NaN, 100, 0.1));
    }
}
