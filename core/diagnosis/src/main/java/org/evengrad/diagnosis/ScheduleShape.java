package org.evengrad.diagnosis;

import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;

/**
 * How a schedule changes the rate over a run, as far as that depends on the step alone.
 *
 * @param now the factor at the step that was asked for
 * @param peak the largest factor of the run
 */
record ScheduleShape(double now, double peak) {
    private static final int POINTS = 128;

    static ScheduleShape of(Scheduler scheduler, Horizon horizon, long step) {
        Schedule schedule = scheduler.start(horizon);
        double now = Double.NaN;
        double peak = 0;
        long last = horizon.steps() - 1;
        for (int i = 0; i < POINTS; i++) {
            long at = last * i / (POINTS - 1);
            double factor = schedule.factor(new PlannedStep(at, horizon, 0, 1));
            peak = Math.max(peak, factor);
            if (at <= step || Double.isNaN(now)) {
                now = factor;
            }
        }
        return new ScheduleShape(now, peak);
    }

    /** Whether the rate is about as large as it gets. */
    boolean nearPeak() {
        return now >= peak / 2;
    }
}
