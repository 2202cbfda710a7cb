package org.evengrad.schedulers.cosinerestarts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Span;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class CosineRestartsTest implements SchedulerContract<CosineRestarts> {
    @Override
    public List<CosineRestarts> strategies() {
        return List.of(
                new CosineRestarts(),
                new CosineRestarts(0.1, new Span(10, Span.Unit.EPOCHS), 1),
                new CosineRestarts(0.01, new Span(7, Span.Unit.STEPS), 3));
    }

    @Override
    public double factor(CosineRestarts scheduler, long step, Horizon horizon) {
        long first = first(scheduler, horizon);
        int multiplier = scheduler.multiplier();
        // The n-th cycle begins where the geometric series of the cycles before it ends.
        long begin = 0;
        long length = first;
        for (int cycle = 0; cycle <= step; cycle++) {
            long next =
                    multiplier == 1
                            ? cycle * first
                            : Math.round(first * (Math.pow(multiplier, cycle) - 1))
                                    / (multiplier - 1);
            if (next > step) {
                break;
            }
            begin = next;
            length = Math.round(first * Math.pow(multiplier, cycle));
        }
        // cos(a) = 1 - 2 sin^2(a / 2)
        double sine = Math.sin(Math.PI / 2 * (step - begin) / length);
        return 1 - (1 - scheduler.floor()) * sine * sine;
    }

    private static long first(CosineRestarts scheduler, Horizon horizon) {
        return switch (scheduler.cycle().unit()) {
            case PERCENT -> Math.max(1, Math.round(0.143 * horizon.steps()));
            case STEPS -> 7;
            case EPOCHS -> 10 * horizon.stepsPerEpoch();
        };
    }

    @Override
    public Map<Long, Double> landmarks(CosineRestarts scheduler, Horizon horizon) {
        Map<Long, Double> landmarks = new HashMap<>();
        landmarks.put(0L, 1.0);
        landmarks.put(1000L, factor(scheduler, 1000, horizon));
        long length = first(scheduler, horizon);
        for (long restart = length; restart <= 1000; restart += length) {
            landmarks.put(restart - 1, factor(scheduler, restart - 1, horizon));
            landmarks.put(restart, 1.0);
            length *= scheduler.multiplier();
        }
        return landmarks;
    }

    @Test
    void fillsTrainingWithThreeCyclesByDefault() {
        Horizon horizon = new Horizon(1000, 10);
        Schedule schedule = new CosineRestarts().start(horizon);

        assertEquals(1, schedule.factor(ContextAt.step(143, horizon)));
        assertEquals(0.5, schedule.factor(ContextAt.step(286, horizon)), 1e-12);
        assertEquals(1, schedule.factor(ContextAt.step(429, horizon)));
        assertEquals(0.5, schedule.factor(ContextAt.step(715, horizon)), 1e-12);
        assertEquals(0, schedule.factor(ContextAt.step(1000, horizon)), 1e-4);
    }

    @Test
    void restartsAgainAndAgainAfterThePlannedEnd() {
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = new CosineRestarts(0, new Span(10, Span.Unit.STEPS), 1).start(horizon);

        assertEquals(1, schedule.factor(ContextAt.step(10_000_000, horizon)));
        assertEquals(0.5, schedule.factor(ContextAt.step(10_000_005, horizon)), 1e-12);
    }
}
