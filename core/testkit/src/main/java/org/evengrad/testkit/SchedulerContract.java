package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.junit.jupiter.api.Test;

/**
 * What every scheduler keeps to.
 *
 * @param <S> the scheduler's record
 * @since 0.1.0
 */
public interface SchedulerContract<S extends Record & Scheduler> extends StrategyContract<S> {
    /**
     * The factor by the published formula, for a step within the horizon. For a schedule that
     * follows the validation loss: with a loss that never falls.
     */
    double factor(S scheduler, long step, Horizon horizon);

    /** Agrees with the formula in every planned step, for short and long runs. */
    @Test
    default void agreesWithTheFormula() {
        for (S scheduler : strategies()) {
            for (Horizon horizon : horizons()) {
                double[] factors = factors(scheduler.start(horizon), 0, horizon.steps(), horizon);
                for (int step = 0; step < factors.length; step++) {
                    assertEquals(
                            factor(scheduler, step, horizon),
                            factors[step],
                            1e-9,
                            scheduler + " in step " + step + " of " + horizon);
                }
            }
        }
    }

    /** Every factor is finite and not negative, also after the planned end. */
    @Test
    default void staysFiniteAndNotNegative() {
        for (S scheduler : strategies()) {
            for (Horizon horizon : horizons()) {
                long end = 2 * horizon.steps() + 10;
                for (double factor : factors(scheduler.start(horizon), 0, end, horizon)) {
                    assertTrue(
                            factor >= 0 && Double.isFinite(factor),
                            scheduler + " on " + horizon + " gives " + factor);
                }
            }
        }
    }

    /** A schedule that was saved and restored goes on as if nothing had happened. */
    @Test
    default void goesOnTheSameAfterARestore() {
        for (S scheduler : strategies()) {
            for (Horizon horizon : horizons()) {
                Schedule uninterrupted = scheduler.start(horizon);
                factors(uninterrupted, 0, horizon.steps() / 2, horizon);
                Schedule restored = scheduler.start(horizon);
                restored.restore(uninterrupted.save());

                assertArrayEquals(
                        factors(uninterrupted, horizon.steps() / 2, horizon.steps(), horizon),
                        factors(restored, horizon.steps() / 2, horizon.steps(), horizon),
                        () -> scheduler + " on " + horizon);
            }
        }
    }

    /** Two schedules of one scheduler know nothing of each other. */
    @Test
    default void sharesNothingBetweenRuns() {
        Horizon horizon = new Horizon(100, 10);
        for (S scheduler : strategies()) {
            Schedule first = scheduler.start(horizon);
            Schedule second = scheduler.start(horizon);

            assertArrayEquals(
                    factors(first, 0, 100, horizon),
                    factors(second, 0, 100, horizon),
                    scheduler::toString);
        }
    }

    private static List<Horizon> horizons() {
        return List.of(
                new Horizon(1, 1),
                new Horizon(2, 1),
                new Horizon(7, 3),
                new Horizon(5, 50),
                new Horizon(1000, 37));
    }

    /** Runs a schedule, and evaluates it once per epoch with a loss that never falls. */
    private static double[] factors(Schedule schedule, long from, long to, Horizon horizon) {
        double[] factors = new double[Math.toIntExact(to - from)];
        for (long step = from; step < to; step++) {
            ContextAt at = ContextAt.step(step, horizon);
            factors[(int) (step - from)] = schedule.factor(at);
            if ((step + 1) % horizon.stepsPerEpoch() == 0) {
                schedule.evaluated(1, at);
            }
        }
        return factors;
    }
}
