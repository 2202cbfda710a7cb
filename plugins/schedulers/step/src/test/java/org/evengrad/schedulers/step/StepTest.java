package org.evengrad.schedulers.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Span;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class StepTest implements SchedulerContract<Step> {
    @Override
    public List<Step> strategies() {
        return List.of(
                new Step(),
                new Step(0.5, new Span(3, Span.Unit.STEPS)),
                new Step(0.97, new Span(2, Span.Unit.EPOCHS)));
    }

    @Override
    public double factor(Step scheduler, long step, Horizon horizon) {
        double period =
                switch (scheduler.every().unit()) {
                    case PERCENT -> Math.max(1, Math.round(0.3 * horizon.steps()));
                    case STEPS -> 3;
                    case EPOCHS -> 2 * horizon.stepsPerEpoch();
                };
        double factor = 1;
        for (double end = period; end <= step; end += period) {
            factor *= scheduler.decay();
        }
        return factor;
    }

    @Override
    public Map<Long, Double> landmarks(Step scheduler, Horizon horizon) {
        return scheduler.equals(new Step())
                ? Map.of(
                        0L, 1.0, 299L, 1.0, 300L, 0.1, 599L, 0.1, 600L, 0.01, 899L, 0.01, 900L,
                        0.001, 1000L, 0.001)
                : Map.of(0L, 1.0, 1000L, factor(scheduler, 1000, horizon));
    }

    @Test
    void cutsInTheFirstStepOfANewSpan() {
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = new Step(0.1, new Span(2, Span.Unit.EPOCHS)).start(horizon);

        assertEquals(1, schedule.factor(ContextAt.step(19, horizon)));
        assertEquals(0.1, schedule.factor(ContextAt.step(20, horizon)));
    }

    @Test
    void countsASpanOfNoStepsAsOne() {
        Horizon horizon = new Horizon(5, 5);
        Schedule schedule = new Step(0.5, new Span(1, Span.Unit.PERCENT)).start(horizon);

        assertEquals(0.25, schedule.factor(ContextAt.step(2, horizon)));
    }
}
