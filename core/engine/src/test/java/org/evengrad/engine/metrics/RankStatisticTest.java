package org.evengrad.engine.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankStatisticTest {
    private static double area(double[] scores, boolean[] positive) {
        RankStatistic statistic = new RankStatistic(scores.length);
        for (int i = 0; i < scores.length; i++) {
            statistic.add(scores[i], positive[i]);
        }
        return statistic.value();
    }

    /** Looks at every pair. */
    static double pairs(double[] scores, boolean[] positive) {
        double wins = 0;
        double pairs = 0;
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (positive[i] && !positive[j]) {
                    pairs++;
                    wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        return wins / pairs;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 1_000_000})
    void isTheShareOfPairsInTheRightOrderWithManyTiesAndFew(int differentScores) {
        Random random = new Random(differentScores);
        double[] scores = new double[300];
        boolean[] positive = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            positive[i] = random.nextInt(3) == 0;
            scores[i] = (random.nextInt(differentScores) - 2.0) / differentScores;
        }
        assertEquals(pairs(scores, positive), area(scores, positive), 1e-15);
    }

    @Test
    void knowsTheEnds() {
        assertEquals(1, area(new double[] {0.1, 0.9}, new boolean[] {false, true}));
        assertEquals(0, area(new double[] {0.9, 0.1}, new boolean[] {false, true}));
        assertEquals(0.5, area(new double[] {0.0, -0.0}, new boolean[] {false, true}));
        assertEquals(
                1,
                area(
                        new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY},
                        new boolean[] {false, true}));
    }

    @Test
    void isUndefinedWithoutBothKindsWithANanAndWithTooMany() {
        assertTrue(Double.isNaN(area(new double[] {1, 2}, new boolean[] {true, true})));
        assertTrue(Double.isNaN(area(new double[] {1, 2}, new boolean[] {false, false})));
        assertTrue(Double.isNaN(area(new double[0], new boolean[0])));
        assertTrue(
                Double.isNaN(
                        area(new double[] {1, Double.NaN, 3}, new boolean[] {true, false, false})));
        RankStatistic full = new RankStatistic(2);
        full.add(1, true);
        full.add(0, false);
        assertEquals(1, full.value());
        full.add(0, false);
        assertTrue(Double.isNaN(full.value()));
    }

    @Test
    void canBeAskedOnTheWay() {
        RankStatistic statistic = new RankStatistic(10);
        statistic.add(0.5, true);
        statistic.add(0.4, false);
        assertEquals(1, statistic.value());
        statistic.add(0.6, false);
        assertEquals(0.5, statistic.value());
    }
}
