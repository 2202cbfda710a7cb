package org.evengrad.schedulers.inversetime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Span;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class InverseTimeTest implements SchedulerContract<InverseTime> {
    @Override
    public List<InverseTime> strategies() {
        return List.of(
                new InverseTime(),
                new InverseTime(1e-4, new Span(1, Span.Unit.STEPS), 0.75),
                new InverseTime(3, new Span(20, Span.Unit.PERCENT), 0.5));
    }

    @Override
    public double factor(InverseTime scheduler, long step, Horizon horizon) {
        double period =
                switch (scheduler.every().unit()) {
                    case PERCENT -> Math.max(1, Math.round(0.2 * horizon.steps()));
                    case STEPS -> 1;
                    case EPOCHS -> horizon.stepsPerEpoch();
                };
        double time = step / period;
        return Math.exp(-scheduler.power() * Math.log1p(scheduler.decay() * time));
    }

    @Override
    public Map<Long, Double> landmarks(InverseTime scheduler, Horizon horizon) {
        return scheduler.equals(new InverseTime())
                ? Map.of(0L, 1.0, 10L, 1 / 2.0, 20L, 1 / 3.0, 1000L, 1 / 101.0)
                : Map.of(0L, 1.0, 1000L, factor(scheduler, 1000, horizon));
    }

    @Test
    void goesOnFallingAfterThePlannedEnd() {
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = new InverseTime().start(horizon);

        assertEquals(1 / 31.0, schedule.factor(ContextAt.step(300, horizon)), 1e-15);
    }
}
