package org.evengrad.schedulers.exponential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Span;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class ExponentialTest implements SchedulerContract<Exponential> {
    @Override
    public List<Exponential> strategies() {
        return List.of(
                new Exponential(),
                new Exponential(0.5, new Span(10, Span.Unit.STEPS)),
                new Exponential(0.1, new Span(20, Span.Unit.PERCENT)));
    }

    @Override
    public double factor(Exponential exponential, long step, Horizon horizon) {
        long period =
                switch (exponential.every().unit()) {
                    case EPOCHS -> horizon.stepsPerEpoch();
                    case STEPS -> 10;
                    case PERCENT -> Math.max(1, Math.round(0.2 * horizon.steps()));
                };
        return Math.exp(Math.log(exponential.decay()) * step / period);
    }

    @Override
    public Map<Long, Double> landmarks(Exponential exponential, Horizon horizon) {
        return Map.of(
                0L,
                1.0,
                1000L,
                switch (exponential.every().unit()) {
                    case EPOCHS -> Math.pow(0.95, 100);
                    case STEPS -> Math.pow(0.5, 100);
                    case PERCENT -> 1e-5;
                });
    }

    @Test
    void hasDecayedOnceAfterOneSpan() {
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = new Exponential(0.5, new Span(2, Span.Unit.EPOCHS)).start(horizon);

        assertEquals(1, schedule.factor(ContextAt.step(0, horizon)));
        assertEquals(0.5, schedule.factor(ContextAt.step(20, horizon)));
        assertEquals(0.25, schedule.factor(ContextAt.step(40, horizon)));
    }
}
