package org.evengrad.schedulers.polyak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Descent;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class PolyakTest implements SchedulerContract<Polyak> {
    @Override
    public List<Polyak> strategies() {
        return List.of(new Polyak(), new Polyak(0.01, 0.9, 1.2), new Polyak(-0.1, 1, 0.5));
    }

    @Override
    public double factor(Polyak scheduler, long step, Horizon horizon) {
        Descent training = new Descent(horizon);
        double factor = 0;
        for (long now = 0; now <= step; now++) {
            training.draw();
            double squared = Math.pow(training.gradientNorm(), 2);
            double left = Math.max(0, training.loss() - scheduler.optimum());
            factor = Math.min(scheduler.maximum(), left / squared / scheduler.divisor());
            training.take(factor);
        }
        return factor;
    }

    @Override
    public Map<Long, Double> landmarks(Polyak scheduler, Horizon horizon) {
        return Map.of();
    }

    @Test
    void reachesTheMinimumOfAParabolaInOneStep() {
        // loss = 4 w^2 / 2 at w = 3: the gradient is 12, and w - f 12 = 0 for f = 1 / 4.
        assertEquals(0.25, factor(new Polyak(0, 0.5, 1), 18, 12), 1e-15);
    }

    @Test
    void staysAtTheMaximumWhereTheGradientIsSmall() {
        assertEquals(1, factor(new Polyak(), 1, 1e-3));
        assertEquals(1, factor(new Polyak(), 1, 0));
    }

    @Test
    void leavesTheParametersWhereTheLossIsAtTheOptimumOrBelow() {
        assertEquals(0, factor(new Polyak(0.5, 0.5, 1), 0.5, 1));
        assertEquals(0, factor(new Polyak(0.5, 0.5, 1), 0.4, 1));
        assertEquals(0, factor(new Polyak(0.5, 0.5, 1), 0.5, 0));
    }

    @Test
    void leavesTheParametersWhereTheLossOrTheGradientIsNaN() {
        assertEquals(0, factor(new Polyak(), Double.NaN, 1));
        assertEquals(0, factor(new Polyak(), 1, Double.NaN));
    }

    private static double factor(Polyak polyak, double loss, double gradientNorm) {
        ContextAt at = ContextAt.step(0).withLoss(loss).withGradientNorm(gradientNorm);
        Schedule schedule = polyak.start(at.horizon());
        return schedule.factor(at);
    }
}
