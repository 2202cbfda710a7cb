package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.junit.jupiter.api.Test;

/**
 * What every scheduler keeps to. The training that schedules are tested in is {@link Descent}: its
 * losses fall and rise, its steps can be tried and taken back.
 *
 * @param <S> the scheduler's record
 * @since 0.1.0
 */
public interface SchedulerContract<S extends Record & Scheduler> extends StrategyContract<S> {
    /**
     * The factor by the published formula, for a step within the horizon. For a schedule that
     * reacts to losses: the factor that a {@link Descent} uses in that step, found by going through
     * a new one by the published rule.
     */
    double factor(S scheduler, long step, Horizon horizon);

    /**
     * Steps whose factor the schedule promises, such as 1 in the first step and the floor when the
     * planned steps are over. From one step to the next in this map the factor only rises, only
     * falls, or, if both have the same, stays.
     *
     * @param horizon of 1000 steps
     * @return factors by step, from 0 to {@code horizon.steps()}, which is the first step after the
     *     planned ones; empty for a schedule that promises nothing of the kind
     */
    Map<Long, Double> landmarks(S scheduler, Horizon horizon);

    /** Agrees with the formula in every planned step, for short and long runs. */
    @Test
    default void agreesWithTheFormula() {
        for (S scheduler : strategies()) {
            for (Horizon horizon : horizons()) {
                double[] factors = run(scheduler.start(horizon), horizon);
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

    /** Begins, turns and ends where it promises, and goes one way between. */
    @Test
    default void passesItsLandmarks() {
        Horizon horizon = new Horizon(1000, 10);
        for (S scheduler : strategies()) {
            TreeMap<Long, Double> landmarks = new TreeMap<>(landmarks(scheduler, horizon));
            if (landmarks.isEmpty()) {
                continue;
            }
            assertEquals(0, landmarks.firstKey(), "the first landmark is the first step");
            assertEquals(horizon.steps(), landmarks.lastKey(), "the last landmark is the end");
            double[] factors = new Descent(horizon).run(scheduler.start(horizon), 1001);
            landmarks.forEach(
                    (step, factor) ->
                            assertEquals(
                                    factor,
                                    factors[step.intValue()],
                                    1e-9,
                                    scheduler + " in step " + step));
            for (int step = 1; step < factors.length; step++) {
                double way =
                        Math.signum(
                                landmarks.ceilingEntry((long) step).getValue()
                                        - landmarks.lowerEntry((long) step).getValue());
                double change = factors[step] - factors[step - 1];
                assertTrue(
                        way == 0 ? Math.abs(change) < 1e-12 : way * change > -1e-12,
                        scheduler + " changes by " + change + " to step " + step);
            }
        }
    }

    /** Every factor is finite and not negative, also after the planned end. */
    @Test
    default void staysFiniteAndNotNegative() {
        for (S scheduler : strategies()) {
            for (Horizon horizon : horizons()) {
                int end = Math.toIntExact(2 * horizon.steps() + 10);
                for (double factor : new Descent(horizon).run(scheduler.start(horizon), end)) {
                    assertUsable(factor, scheduler + " on " + horizon);
                }
            }
        }
    }

    /** Whatever a batch and its trials give, the factor is finite and not negative. */
    @Test
    default void staysFiniteWhateverTheLossAndTheGradient() {
        double[] extremes = {
            0, -1, 1e-300, 1, 1e300, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN
        };
        Horizon horizon = new Horizon(100, 10);
        for (S scheduler : strategies()) {
            Schedule schedule = scheduler.start(horizon);
            long step = 0;
            for (double loss : extremes) {
                for (double norm : extremes) {
                    for (double tried : extremes) {
                        ContextAt at =
                                ContextAt.step(step++ % 100, horizon)
                                        .withLoss(loss)
                                        .withGradientNorm(Math.abs(norm));
                        double factor = schedule.factor(at);
                        double found =
                                schedule.search(factor, trials(loss, loss - tried, any -> tried));
                        schedule.evaluated(tried, at);
                        String what = loss + ", " + norm + ", " + tried;
                        assertUsable(factor, scheduler + " at " + what);
                        assertUsable(found, scheduler + " searches at " + what);
                    }
                }
            }
        }
    }

    /** A schedule that was saved and restored goes on as if nothing had happened. */
    @Test
    default void goesOnTheSameAfterARestore() {
        for (S scheduler : strategies()) {
            for (Horizon horizon : horizons()) {
                int steps = Math.toIntExact(horizon.steps());
                for (int half : new int[] {0, steps / 3, steps / 2, steps - 1}) {
                    Schedule uninterrupted = scheduler.start(horizon);
                    Descent training = new Descent(horizon);
                    training.run(uninterrupted, half);
                    Schedule restored = scheduler.start(horizon);
                    restored.restore(uninterrupted.save());

                    assertArrayEquals(
                            training.copy().run(uninterrupted, steps - half),
                            training.copy().run(restored, steps - half),
                            () -> scheduler + " after " + half + " steps of " + horizon);
                }
            }
        }
    }

    /** What was saved stays as it was while the schedule goes on. */
    @Test
    default void savesWhatLaterStepsDoNotChange() {
        Horizon horizon = new Horizon(100, 5);
        for (S scheduler : strategies()) {
            Schedule schedule = scheduler.start(horizon);
            Descent training = new Descent(horizon);
            training.run(schedule, 50);
            double[] saved = schedule.save();
            double[] copy = saved.clone();
            training.run(schedule, 50);

            assertArrayEquals(copy, saved, scheduler::toString);
        }
    }

    /** Two schedules of one scheduler know nothing of each other. */
    @Test
    default void sharesNothingBetweenRuns() {
        Horizon horizon = new Horizon(100, 5);
        for (S scheduler : strategies()) {
            Schedule first = scheduler.start(horizon);
            Schedule second = scheduler.start(horizon);

            assertArrayEquals(run(first, horizon), run(second, horizon), scheduler::toString);
        }
    }

    /** A validation loss that is NaN counts as one that is no improvement. */
    @Test
    default void takesAValidationLossOfNaNForNoImprovement() {
        Horizon horizon = new Horizon(100, 1);
        for (S scheduler : strategies()) {
            double[][] factors = new double[2][100];
            double[] noImprovement = {Double.NaN, Double.POSITIVE_INFINITY};
            for (int run = 0; run < 2; run++) {
                Schedule schedule = scheduler.start(horizon);
                Descent training = new Descent(horizon);
                for (int step = 0; step < 100; step++) {
                    factors[run][step] = training.step(schedule);
                    if (step % 3 == 0) {
                        schedule.evaluated(noImprovement[run], training);
                    }
                }
            }

            assertArrayEquals(factors[1], factors[0], scheduler::toString);
        }
    }

    /** Batches without a loss leave nothing behind: the next ones are trained on. */
    @Test
    default void getsOverBatchesWithoutALoss() {
        Horizon horizon = new Horizon(100, 10);
        for (S scheduler : strategies()) {
            Schedule schedule = scheduler.start(horizon);
            Descent training = new Descent(horizon);
            double largest = 0;
            for (int step = 0; step < 100; step++) {
                if (step % 10 >= 3) {
                    double factor = training.step(schedule);
                    assertUsable(factor, scheduler + " in step " + step);
                    largest = Math.max(factor, largest);
                    continue;
                }
                training.draw();
                training.spoil();
                double factor = schedule.factor(training);
                assertUsable(factor, scheduler + " in step " + step);
                if (step % 10 == 2) {
                    double found = schedule.search(factor, training);
                    assertUsable(found, scheduler + " searches in step " + step);
                }
                training.skip();
                for (double number : schedule.save()) {
                    assertFalse(Double.isNaN(number), () -> scheduler + " remembers NaN");
                }
            }
            assertTrue(largest > 0, () -> scheduler + " never moves again");
        }
    }

    /** Neither the factor nor a search allocates anything. */
    @Test
    default void allocatesNothing() {
        Horizon horizon = new Horizon(1000, 10);
        for (S scheduler : strategies()) {
            Schedule schedule = scheduler.start(horizon);
            Descent training = new Descent(horizon);
            Allocations.assertNone(
                    scheduler,
                    call -> {
                        training.draw();
                        training.take(schedule.search(schedule.factor(training), training));
                    });
        }
    }

    /**
     * Trials of a batch whose loss after a step is a function of the factor.
     *
     * @param lossBefore the loss before the step
     * @param slope of the loss by the factor, at a factor of 0
     * @param lossAt gives the loss after a step with a factor
     */
    static Schedule.Trials trials(double lossBefore, double slope, DoubleUnaryOperator lossAt) {
        return new Schedule.Trials() {
            private double tried;

            @Override
            public double linearChange() {
                return slope * tried;
            }

            @Override
            public double lossBefore() {
                return lossBefore;
            }

            @Override
            public double lossAt(double factor) {
                tried = factor;
                return lossAt.applyAsDouble(factor);
            }
        };
    }

    private static List<Horizon> horizons() {
        return List.of(
                new Horizon(1, 1),
                new Horizon(2, 1),
                new Horizon(7, 3),
                new Horizon(5, 50),
                new Horizon(200, 1),
                new Horizon(400, 37));
    }

    private static double[] run(Schedule schedule, Horizon horizon) {
        return new Descent(horizon).run(schedule, Math.toIntExact(horizon.steps()));
    }

    private static void assertUsable(double factor, String what) {
        assertTrue(factor >= 0 && Double.isFinite(factor), () -> what + " gives " + factor);
    }
}
