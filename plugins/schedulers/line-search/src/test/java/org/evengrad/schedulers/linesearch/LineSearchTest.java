package org.evengrad.schedulers.linesearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Descent;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class LineSearchTest implements SchedulerContract<LineSearch> {
    @Override
    public List<LineSearch> strategies() {
        return List.of(
                new LineSearch(),
                new LineSearch(0.5, 0.8, 10, 2, 50),
                new LineSearch(0.4, 0.5, 1e6, 3, 4));
    }

    @Override
    public double factor(LineSearch scheduler, long step, Horizon horizon) {
        Descent training = new Descent(horizon);
        double largest = scheduler.maximum();
        double found = 0;
        for (long now = 0; now <= step; now++) {
            training.draw();
            double norm = training.gradientNorm();
            found = 0;
            for (int tries = 0; tries < scheduler.attempts() && found == 0; tries++) {
                double tried = largest * Math.pow(scheduler.backtracking(), tries);
                double bound = training.loss() - scheduler.decrease() * tried * norm * norm;
                found = training.lossAt(tried) <= bound ? tried : 0;
            }
            if (found > 0) {
                double growth = Math.pow(scheduler.growth(), 1.0 / horizon.stepsPerEpoch());
                largest = Math.min(found * growth, scheduler.maximum());
            }
            training.take(found);
        }
        return found;
    }

    @Override
    public Map<Long, Double> landmarks(LineSearch scheduler, Horizon horizon) {
        return Map.of();
    }

    @Test
    void shortensTheStepUntilTheLossFallsEnough() {
        // loss = w^2 / 2 at w = 1: a step f leads to (1 - f)^2 / 2, enough for f <= 2 (1 - c).
        Schedule schedule = new LineSearch(0.25, 0.5, 1, 10, 100).start(new Horizon(10, 10));
        ContextAt at = ContextAt.step(0).withLoss(0.5).withGradientNorm(1);

        assertEquals(
                1.25, schedule.search(schedule.factor(at), parabola(1)), "10, 5, 2.5 are too far");
        assertEquals(1.25, schedule.factor(at), "the next search begins there");
    }

    @Test
    void growsByItsGrowthInOneEpoch() {
        Horizon horizon = new Horizon(100, 4);
        Schedule schedule = new LineSearch(0.1, 0.5, 2, 16, 100).start(horizon);
        ContextAt at = ContextAt.step(0, horizon).withGradientNorm(0);
        schedule.search(schedule.factor(at), SchedulerContract.trials(1, 0, f -> f > 1 ? 2 : 1));
        for (int step = 0; step < 3; step++) {
            schedule.search(schedule.factor(at), SchedulerContract.trials(1, 0, f -> 1));
        }

        assertEquals(2, schedule.factor(at), 1e-12);
    }

    @Test
    void leavesTheParametersAndItsMemoryWhenItFindsNothing() {
        Schedule schedule = new LineSearch(0.1, 0.9, 2, 3, 5).start(new Horizon(10, 10));
        ContextAt at = ContextAt.step(0);

        assertEquals(
                0, schedule.search(schedule.factor(at), SchedulerContract.trials(1, -1, f -> 2)));
        assertEquals(3, schedule.factor(at));
    }

    @Test
    void takesNoStepUphillWhateverTheLossDoes() {
        Schedule schedule = new LineSearch().start(new Horizon(10, 10));
        ContextAt at = ContextAt.step(0);

        assertEquals(
                0, schedule.search(schedule.factor(at), SchedulerContract.trials(1, 0.5, f -> 0)));
    }

    @Test
    void triesNothingOnABatchWithoutALoss() {
        Schedule schedule = new LineSearch().start(new Horizon(10, 10));
        ContextAt at = ContextAt.step(0).withLoss(Double.NaN).withGradientNorm(Double.NaN);
        int[] trials = new int[1];

        assertEquals(
                0,
                schedule.search(
                        schedule.factor(at),
                        SchedulerContract.trials(
                                Double.NaN,
                                Double.NaN,
                                factor -> {
                                    trials[0]++;
                                    return Double.NaN;
                                })));
        assertEquals(0, trials[0]);
    }

    @Test
    void lowersTheLossOfEveryBatch() {
        Descent training = new Descent(new Horizon(200, 10));
        Schedule schedule = new LineSearch().start(training.horizon());
        for (int step = 0; step < 200; step++) {
            training.draw();
            double factor = schedule.search(schedule.factor(training), training);
            assertTrue(training.lossAt(factor) < training.lossBefore(), "in step " + step);
            training.take(factor);
        }
    }

    private static Schedule.Trials parabola(double w) {
        return SchedulerContract.trials(
                w * w / 2, -w * w, factor -> Math.pow(w - factor * w, 2) / 2);
    }
}
