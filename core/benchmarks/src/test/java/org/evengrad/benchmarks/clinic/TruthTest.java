package org.evengrad.benchmarks.clinic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TruthTest {
    private static final List<Double> UNTRIED = List.of();

    @Test
    void callsHealthyWhatLearnsWithEverySeed() {
        assertEquals(Truth.HEALTHY, Truth.of(List.of(0.9, 1.0, 1.1, 0.95, 0.9), UNTRIED));
        assertEquals(Truth.GREY, Truth.of(List.of(0.89, 1.0, 1.1, 0.95, 0.9), UNTRIED));
    }

    @Test
    void callsSickWhatFailsInFourOfFiveWithTwiceTheStepsToo() {
        List<Double> failing = List.of(0.5, 0.0, -1.0, 0.1, 1.0);

        assertTrue(Truth.needsTwiceTheSteps(failing));
        assertEquals(Truth.SICK, Truth.of(failing, List.of(0.7, 0.0, 0.0, 0.0, 1.0)));
        assertEquals(Truth.SLOW, Truth.of(failing, List.of(0.71, 0.0, 0.0, 0.0, 1.0)));
    }

    @Test
    void callsFragileWhatSeedsDisagreeAbout() {
        List<Double> both = List.of(0.5, 0.5, 0.5, 0.9, 0.9);

        assertFalse(Truth.needsTwiceTheSteps(both));
        assertEquals(Truth.FRAGILE, Truth.of(both, UNTRIED));
        assertEquals(Truth.GREY, Truth.of(List.of(0.6, 0.6, 0.6, 0.6, 0.6), UNTRIED));
    }

    @Test
    void measuresSkillBetweenNothingAndTheReference() {
        assertEquals(0, Skill.of(0.25, 0.25, 0.75));
        assertEquals(0.5, Skill.of(0.5, 0.25, 0.75));
        assertEquals(1.5, Skill.of(1.0, 0.25, 0.75));
        assertEquals(0.5, Skill.of(-2, -3, -1), "log likelihood");
        assertEquals(-1, Skill.of(Double.NaN, 0, 1));
        assertEquals(-1, Skill.of(-1e30, 0, 1), "no worse than no number");
    }

    @Test
    void takesTheMedianOverSeedsOfTheBestSaneNetwork() {
        double best =
                Skill.reference(
                        List.of(
                                List.of(0.2, 0.7, 0.1),
                                List.of(0.9, Double.NaN, 0.1),
                                List.of(0.3, 0.1, 0.8)));

        assertEquals(0.8, best);
        assertEquals(2.5, Skill.median(4, 1, 3, 2));
    }

    /** Limits as tables and other programs give them. */
    @Test
    void boundsRatesAsClopperAndPearsonDo() {
        assertBounds(0, 0.0100, 0, 299);
        assertBounds(0, 0.0487, 0, 60);
        assertBounds(0.0873, 0.6066, 3, 10);
        assertBounds(0.7411, 1, 10, 10);
        assertThrows(IllegalArgumentException.class, () -> ClopperPearson.of(3, 2));
    }

    private static void assertBounds(double lower, double upper, int hits, int trials) {
        ClopperPearson bounds = ClopperPearson.of(hits, trials);
        assertEquals(lower, bounds.lower(), 5e-5);
        assertEquals(upper, bounds.upper(), 5e-5);
    }
}
