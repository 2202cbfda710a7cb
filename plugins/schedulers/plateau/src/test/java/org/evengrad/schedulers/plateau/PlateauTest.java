package org.evengrad.schedulers.plateau;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Descent;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class PlateauTest implements SchedulerContract<Plateau> {
    @Override
    public List<Plateau> strategies() {
        return List.of(
                new Plateau(),
                new Plateau(0.5, 1, 0, 2, 0.01),
                new Plateau(0.9, 0, 0.05, 0, 0),
                new Plateau(0.8, 2, 1e-3, 5, 0.5));
    }

    @Override
    public double factor(Plateau scheduler, long step, Horizon horizon) {
        double least = Double.POSITIVE_INFINITY;
        double factor = 1;
        // Evaluations are counted from the last one that improved or was let pass after a cut.
        long counted = -1;
        for (long evaluation = 0; evaluation < step / horizon.stepsPerEpoch(); evaluation++) {
            double loss = Descent.validationLoss(evaluation);
            if (loss < least * (1 - scheduler.threshold())) {
                least = loss;
                counted = Math.max(counted, evaluation);
            } else if (evaluation - counted > scheduler.patience()) {
                factor = Math.max(factor * scheduler.factor(), scheduler.minimum());
                counted = evaluation + scheduler.cooldown();
            }
        }
        return factor;
    }

    @Override
    public Map<Long, Double> landmarks(Plateau scheduler, Horizon horizon) {
        return Map.of(0L, 1.0, 1000L, factor(scheduler, 1000, horizon));
    }

    @Test
    void cutsWhenMoreThanPatienceEvaluationsHaveNotImproved() {
        assertArrayEquals(
                new double[] {1, 1, 1, 0.5, 0.5, 0.5, 0.25},
                after(new Plateau(0.5, 2, 0, 0, 0), 1, 2, 1, 3, 1, 1, 1));
    }

    @Test
    void countsAnewAfterAnImprovement() {
        assertArrayEquals(
                new double[] {1, 1, 1, 1, 1, 1, 0.5},
                after(new Plateau(0.5, 1, 0, 0, 0), 1, 2, 0.9, 1, 0.8, 0.9, 0.9));
    }

    @Test
    void doesNotTakeAFallWithinTheThresholdForAnImprovement() {
        assertArrayEquals(
                new double[] {1, 0.5, 0.5}, after(new Plateau(0.5, 0, 0.1, 0, 0), 1, 0.95, 0.85));
    }

    @Test
    void doesNotCountTheEvaluationsOfTheCooldown() {
        assertArrayEquals(
                new double[] {1, 0.5, 0.5, 0.5, 0.25},
                after(new Plateau(0.5, 0, 0, 2, 0), 1, 1, 1, 1, 1));
    }

    @Test
    void cutsNoFurtherThanTheMinimum() {
        assertArrayEquals(
                new double[] {1, 0.5, 0.4, 0.4}, after(new Plateau(0.5, 0, 0, 0, 0.4), 1, 1, 1, 1));
    }

    @Test
    void waitsForTheFirstLossThatIsFinite() {
        double nan = Double.NaN;
        double infinite = Double.POSITIVE_INFINITY;
        assertArrayEquals(
                new double[] {1, 1, 1, 1, 1, 0.5},
                after(new Plateau(0.5, 2, 1e-4, 0, 0), nan, infinite, 5, nan, infinite, nan),
                "a NaN loss is no improvement and no loss to improve on");
    }

    private static double[] after(Plateau plateau, double... losses) {
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = plateau.start(horizon);
        double[] factors = new double[losses.length];
        for (int i = 0; i < losses.length; i++) {
            schedule.evaluated(losses[i], ContextAt.step(i, horizon));
            factors[i] = schedule.factor(ContextAt.step(i, horizon));
        }
        assertEquals(losses.length, factors.length);
        return factors;
    }
}
