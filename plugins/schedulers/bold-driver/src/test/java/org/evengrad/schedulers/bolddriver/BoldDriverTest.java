package org.evengrad.schedulers.bolddriver;

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

final class BoldDriverTest implements SchedulerContract<BoldDriver> {
    private static final ContextAt AT = ContextAt.step(0);

    @Override
    public List<BoldDriver> strategies() {
        return List.of(
                new BoldDriver(), new BoldDriver(1.5, 0.7, 0.3, 2), new BoldDriver(1, 0.9, 1, 1));
    }

    @Override
    public double factor(BoldDriver scheduler, long step, Horizon horizon) {
        Descent training = new Descent(horizon);
        double rate = 1;
        double taken = 0;
        for (long now = 0; now <= step; now++) {
            training.draw();
            double change = training.lossAt(rate) - training.lossAt(0);
            taken = change > 0 ? 0 : rate;
            rate *= change > 0 ? scheduler.cut() : change < 0 ? scheduler.growth() : 1;
            rate = Math.min(Math.max(rate, scheduler.minimum()), scheduler.maximum());
            training.take(taken);
        }
        return taken;
    }

    @Override
    public Map<Long, Double> landmarks(BoldDriver scheduler, Horizon horizon) {
        return Map.of();
    }

    @Test
    void growsAfterAStepThatLowersTheLoss() {
        Schedule schedule = new BoldDriver().start(AT.horizon());

        assertEquals(1, search(schedule, 2, 1));
        assertEquals(1.05, schedule.factor(AT));
    }

    @Test
    void undoesAStepThatRaisesTheLossAndHalvesTheNext() {
        Schedule schedule = new BoldDriver().start(AT.horizon());

        assertEquals(0, search(schedule, 1, 2));
        assertEquals(0.5, schedule.factor(AT));
    }

    @Test
    void takesAStepThatLeavesTheLossAndKeepsTheRate() {
        Schedule schedule = new BoldDriver().start(AT.horizon());

        assertEquals(1, search(schedule, 1, 1));
        assertEquals(1, schedule.factor(AT));
    }

    @Test
    void undoesAStepToALossThatIsNaN() {
        Schedule schedule = new BoldDriver().start(AT.horizon());

        assertEquals(0, search(schedule, 1, Double.NaN));
        assertEquals(0.5, schedule.factor(AT));
    }

    @Test
    void staysBetweenItsBoundsHoweverLongItGoesOneWay() {
        Schedule schedule = new BoldDriver().start(AT.horizon());
        for (int step = 0; step < 20_000; step++) {
            search(schedule, 2, 1);
        }
        assertEquals(1e3, schedule.factor(AT));
        for (int step = 0; step < 2000; step++) {
            search(schedule, 1, 2);
        }
        assertEquals(1e-6, schedule.factor(AT));
    }

    @Test
    void neverRaisesTheLossOfABatch() {
        Descent training = new Descent(new Horizon(500, 10));
        Schedule schedule = new BoldDriver().start(training.horizon());
        int undone = 0;
        for (int step = 0; step < 500; step++) {
            training.draw();
            double factor = schedule.search(schedule.factor(training), training);
            assertTrue(training.lossAt(factor) <= training.lossBefore(), "in step " + step);
            undone += factor == 0 ? 1 : 0;
            training.take(factor);
        }
        assertTrue(undone > 0, "the training never raises the loss");
    }

    private static double search(Schedule schedule, double before, double after) {
        return schedule.search(
                schedule.factor(AT), SchedulerContract.trials(before, 0, factor -> after));
    }
}
