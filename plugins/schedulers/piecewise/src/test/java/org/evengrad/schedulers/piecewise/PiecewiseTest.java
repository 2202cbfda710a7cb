package org.evengrad.schedulers.piecewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Span.Unit;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class PiecewiseTest implements SchedulerContract<Piecewise> {
    @Override
    public List<Piecewise> strategies() {
        return List.of(
                new Piecewise(),
                new Piecewise(List.of(2.0, 5.0), Unit.EPOCHS, List.of(0.1, 2.0, 0.0)),
                new Piecewise(List.of(), Unit.STEPS, List.of(0.5)));
    }

    @Override
    public double factor(Piecewise scheduler, long step, Horizon horizon) {
        double unit =
                scheduler.unit() == Unit.PERCENT
                        ? horizon.steps() / 100.0
                        : horizon.stepsPerEpoch();
        double factor = scheduler.factors().get(scheduler.boundaries().size());
        for (int i = scheduler.boundaries().size() - 1; i >= 0; i--) {
            if (step < Math.round(scheduler.boundaries().get(i) * unit)) {
                factor = scheduler.factors().get(i);
            }
        }
        return factor;
    }

    @Override
    public Map<Long, Double> landmarks(Piecewise scheduler, Horizon horizon) {
        return switch (scheduler.unit()) {
            case PERCENT ->
                    Map.of(
                            0L, 1.0, 299L, 1.0, 300L, 0.2, 599L, 0.2, 600L, 0.04, 799L, 0.04, 800L,
                            0.008, 1000L, 0.008);
            case EPOCHS -> Map.of(0L, 0.1, 19L, 0.1, 20L, 2.0, 49L, 2.0, 50L, 0.0, 1000L, 0.0);
            case STEPS -> Map.of(0L, 0.5, 1000L, 0.5);
        };
    }

    @Test
    void changesInTheStepOfTheBoundary() {
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule =
                new Piecewise(List.of(3.0), Unit.STEPS, List.of(1.0, 0.1)).start(horizon);

        assertEquals(1, schedule.factor(ContextAt.step(2, horizon)));
        assertEquals(0.1, schedule.factor(ContextAt.step(3, horizon)));
        assertEquals(0.1, schedule.factor(ContextAt.step(1000, horizon)));
    }

    @Test
    void refusesTooFewFactors() {
        Exception refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Piecewise(List.of(3.0), Unit.STEPS, List.of(1.0)));

        assertEquals(
                "factors must be one more than boundaries, not 1 with 1 boundaries",
                refusal.getMessage());
    }

    @Test
    void refusesBoundariesThatDoNotRise() {
        Exception refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Piecewise(List.of(3.0, 3.0), Unit.STEPS, List.of(1.0, 0.5, 0.1)));

        assertEquals("boundaries must rise, not [3.0, 3.0]", refusal.getMessage());
    }
}
