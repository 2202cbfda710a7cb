package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.config.HealthConfig;
import org.evengrad.config.HealthConfig.BadBatch;
import org.evengrad.config.HealthConfig.OnVerdict;
import org.evengrad.spi.Span;
import org.junit.jupiter.api.Test;

class LookScheduleTest {
    private static final long STEP_NANOS = 1000;
    private long clock;

    /** The steps that are looked at when a look takes so long. */
    private List<Long> looks(OnVerdict onVerdict, double percent, long steps, long lookNanos) {
        clock = 0;
        HealthConfig health =
                new HealthConfig(
                        onVerdict,
                        new Span(percent, Span.Unit.PERCENT),
                        List.of(),
                        BadBatch.INDICES);
        LookSchedule schedule = new LookSchedule(health, steps, () -> clock);
        List<Long> looks = new ArrayList<>();
        for (long step = 1; step <= steps; step++) {
            clock += STEP_NANOS;
            schedule.enter();
            if (schedule.isDue(step)) {
                looks.add(step);
                clock += lookNanos;
            }
            schedule.leave();
        }
        return looks;
    }

    @Test
    void looksAtEvery64thOfThePlanWhereThatIsCheap() {
        // All but 25% and 50% of the plan are beside them.
        assertEquals(64 + 5, looks(OnVerdict.WARN, 5, 64_000, 1).size());
    }

    @Test
    void staysWithinTheBudgetHoweverLongALookTakes() {
        for (long each : List.of(10L, 100L, 300L)) {
            long steps = 64_000;
            long nanos = each * STEP_NANOS;
            int looks = looks(OnVerdict.WARN, 5, steps, nanos).size();
            double share = (double) looks * nanos / (steps * STEP_NANOS);
            // The look that crosses the line is paid before the next is left out.
            assertTrue(share < 0.05 + 2.0 * nanos / (steps * STEP_NANOS), each + ": " + share);
            assertTrue(looks > 7, each + ": " + looks);
        }
    }

    @Test
    void keepsTheFewThatAlwaysAre() {
        assertEquals(
                List.of(50L, 100L, 250L, 400L, 500L, 800L, 900L),
                looks(OnVerdict.WARN, 5, 1000, 1_000_000_000).stream()
                        .filter(step -> step % 50 == 0)
                        .toList());
    }

    @Test
    void theClockDecidesNothingWhereVerdictsChangeTheRun() {
        assertEquals(
                looks(OnVerdict.STOP, 5, 1600, 1), looks(OnVerdict.STOP, 5, 1600, 1_000_000_000));
    }

    @Test
    void aBudgetOfZeroLooksNever() {
        assertEquals(List.of(), looks(OnVerdict.WARN, 0, 1000, 1));
    }
}
