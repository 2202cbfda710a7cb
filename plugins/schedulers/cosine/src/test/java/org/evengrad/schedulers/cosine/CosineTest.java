package org.evengrad.schedulers.cosine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Span;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class CosineTest implements SchedulerContract<Cosine> {
    @Override
    public List<Cosine> strategies() {
        return List.of(
                new Cosine(),
                new Cosine(0.1, new Span(4, Span.Unit.STEPS)),
                new Cosine(0, new Span(10, Span.Unit.PERCENT)));
    }

    @Override
    public double factor(Cosine cosine, long step, Horizon horizon) {
        long warmup =
                cosine.warmup().unit() == Span.Unit.PERCENT
                        ? Math.round(0.1 * horizon.steps())
                        : (long) cosine.warmup().amount();
        if (step < warmup) {
            return (double) (step + 1) / warmup;
        }
        // cos(a) = 1 - 2 sin^2(a / 2)
        double sine = Math.sin(Math.PI / 2 * (step - warmup) / (horizon.steps() - warmup));
        return 1 - (1 - cosine.floor()) * sine * sine;
    }

    @Override
    public Map<Long, Double> landmarks(Cosine cosine, Horizon horizon) {
        return switch (cosine.warmup().unit()) {
            case PERCENT -> Map.of(0L, 0.01, 99L, 1.0, 100L, 1.0, 550L, 0.5, 1000L, 0.0);
            default ->
                    cosine.warmup().amount() == 0
                            ? Map.of(0L, 1.0, 500L, 0.5, 1000L, 0.0)
                            : Map.of(0L, 0.25, 3L, 1.0, 4L, 1.0, 502L, 0.55, 1000L, 0.1);
        };
    }

    @Test
    void risesToOneAndFallsTowardsTheFloor() {
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = new Cosine(0.2, new Span(10, Span.Unit.STEPS)).start(horizon);

        assertEquals(0.1, schedule.factor(ContextAt.step(0, horizon)));
        assertEquals(1, schedule.factor(ContextAt.step(9, horizon)));
        assertEquals(1, schedule.factor(ContextAt.step(10, horizon)));
        assertEquals(0.6, schedule.factor(ContextAt.step(55, horizon)), 1e-12);
        assertEquals(0.2, schedule.factor(ContextAt.step(100, horizon)), 1e-12);
        assertEquals(0.2, schedule.factor(ContextAt.step(500, horizon)), 1e-12);
    }

    @Test
    void staysAtOneWhenOneStepIsAllThereIs() {
        Horizon horizon = new Horizon(1, 1);

        assertEquals(1, new Cosine().start(horizon).factor(ContextAt.step(0, horizon)));
    }
}
