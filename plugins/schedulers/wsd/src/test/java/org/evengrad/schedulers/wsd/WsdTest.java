package org.evengrad.schedulers.wsd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Span;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class WsdTest implements SchedulerContract<Wsd> {
    @Override
    public List<Wsd> strategies() {
        return List.of(
                new Wsd(),
                new Wsd(Span.ZERO, new Span(10, Span.Unit.PERCENT), 0.1),
                new Wsd(new Span(4, Span.Unit.STEPS), Span.ZERO, 0.5));
    }

    @Override
    public double factor(Wsd scheduler, long step, Horizon horizon) {
        long total = horizon.steps();
        long warmup =
                scheduler.warmup().unit() == Span.Unit.PERCENT
                        ? Math.round(0.05 * total)
                        : (long) scheduler.warmup().amount();
        long decay = Math.round(scheduler.decay().amount() / 100 * total);
        if (step < warmup) {
            return (step + 1.0) / warmup;
        }
        if (step < total - decay) {
            return 1;
        }
        double root = Math.sqrt((double) (step - (total - decay)) / decay);
        return scheduler.floor() * root + (1 - root);
    }

    @Override
    public Map<Long, Double> landmarks(Wsd scheduler, Horizon horizon) {
        return switch ((int) scheduler.decay().amount()) {
            case 20 -> Map.of(0L, 0.02, 49L, 1.0, 800L, 1.0, 850L, 0.5, 1000L, 0.0);
            case 10 -> Map.of(0L, 1.0, 900L, 1.0, 925L, 0.55, 1000L, 0.1);
            default -> Map.of(0L, 0.25, 3L, 1.0, 1000L, 1.0);
        };
    }

    @Test
    void decaysAfterTheWarmUpWhenBothAreLongerThanTraining() {
        Horizon horizon = new Horizon(10, 10);
        Schedule schedule =
                new Wsd(new Span(6, Span.Unit.STEPS), new Span(8, Span.Unit.STEPS), 0)
                        .start(horizon);

        assertEquals(1, schedule.factor(ContextAt.step(5, horizon)));
        assertEquals(1, schedule.factor(ContextAt.step(6, horizon)));
        assertEquals(0.5, schedule.factor(ContextAt.step(7, horizon)));
        assertEquals(0, schedule.factor(ContextAt.step(10, horizon)));
    }
}
