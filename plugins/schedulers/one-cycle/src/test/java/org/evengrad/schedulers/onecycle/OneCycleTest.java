package org.evengrad.schedulers.onecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.evengrad.schedulers.onecycle.OneCycle.Anneal;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Span;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class OneCycleTest implements SchedulerContract<OneCycle> {
    @Override
    public List<OneCycle> strategies() {
        return List.of(
                new OneCycle(),
                new OneCycle(new Span(45, Span.Unit.PERCENT), 0.1, 0, Anneal.LINEAR),
                new OneCycle(new Span(0, Span.Unit.PERCENT), 0.1, 0.1, Anneal.COSINE),
                new OneCycle(new Span(100, Span.Unit.PERCENT), 0.2, 0.01, Anneal.LINEAR));
    }

    @Override
    public double factor(OneCycle scheduler, long step, Horizon horizon) {
        long rise = Math.round(scheduler.rise().amount() / 100 * horizon.steps());
        long peak = rise == 0 ? 0 : rise - 1;
        if (step == peak) {
            return 1;
        }
        double part =
                step < peak
                        ? (double) step / peak
                        : (double) (step - peak) / (horizon.steps() - 1 - peak);
        double height =
                scheduler.anneal() == Anneal.LINEAR
                        ? part
                        : Math.pow(Math.sin(Math.PI / 2 * part), 2);
        return step < peak
                ? scheduler.start() + (1 - scheduler.start()) * height
                : 1 - (1 - scheduler.end()) * height;
    }

    @Override
    public Map<Long, Double> landmarks(OneCycle scheduler, Horizon horizon) {
        return switch ((int) scheduler.rise().amount()) {
            case 0 -> Map.of(0L, 1.0, 999L, 0.1, 1000L, 0.1);
            case 30 -> Map.of(0L, 1 / 25.0, 299L, 1.0, 999L, 1 / 25e4, 1000L, 1 / 25e4);
            case 45 -> Map.of(0L, 0.1, 449L, 1.0, 999L, 0.0, 1000L, 0.0);
            default -> Map.of(0L, 0.2, 999L, 1.0, 1000L, 0.01);
        };
    }

    @Test
    void isHalfWayUpInTheMiddleOfTheRise() {
        Horizon horizon = new Horizon(1010, 10);
        Schedule schedule =
                new OneCycle(new Span(101, Span.Unit.STEPS), 0.2, 0, Anneal.COSINE).start(horizon);

        assertEquals(0.6, schedule.factor(ContextAt.step(50, horizon)), 1e-12);
        // A quarter of a cosine's way is (1 - cos(pi / 4)) / 2.
        assertEquals(
                0.2 + 0.8 * (1 - Math.sqrt(0.5)) / 2,
                schedule.factor(ContextAt.step(25, horizon)),
                1e-12);
    }

    @Test
    void staysAtOneWhenOneStepIsAllThereIs() {
        Horizon horizon = new Horizon(1, 1);

        assertEquals(1, new OneCycle().start(horizon).factor(ContextAt.step(0, horizon)));
    }
}
