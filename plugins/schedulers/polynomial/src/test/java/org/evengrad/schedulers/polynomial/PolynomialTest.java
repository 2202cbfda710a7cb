package org.evengrad.schedulers.polynomial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class PolynomialTest implements SchedulerContract<Polynomial> {
    @Override
    public List<Polynomial> strategies() {
        return List.of(new Polynomial(), new Polynomial(0.9, 0), new Polynomial(3, 0.2));
    }

    @Override
    public double factor(Polynomial scheduler, long step, Horizon horizon) {
        double total = horizon.steps();
        double left = Math.exp(scheduler.power() * Math.log((total - step) / total));
        return left + scheduler.end() * (1 - left);
    }

    @Override
    public Map<Long, Double> landmarks(Polynomial scheduler, Horizon horizon) {
        return Map.of(0L, 1.0, 1000L, scheduler.end());
    }

    @Test
    void isAStraightLineByDefault() {
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = new Polynomial().start(horizon);

        assertEquals(0.75, schedule.factor(ContextAt.step(25, horizon)), 1e-15);
        assertEquals(0.01, schedule.factor(ContextAt.step(99, horizon)), 1e-15);
    }

    @Test
    void staysAtTheEndAfterThePlannedSteps() {
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = new Polynomial(2, 0.1).start(horizon);

        assertEquals(0.1, schedule.factor(ContextAt.step(500, horizon)));
    }
}
