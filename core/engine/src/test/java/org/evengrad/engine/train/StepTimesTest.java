package org.evengrad.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StepTimesTest {
    private final StepTimes times = new StepTimes();

    @Test
    void leaveTheFirstTenthOut() {
        for (int i = 1; i <= 100; i++) {
            times.add(i <= 10 ? 1_000_000_000 : i * 1_000_000L, 50);
        }
        // 11 to 100 milliseconds are left.
        assertEquals(55, times.millis().median(), 1e-9);
        assertEquals(96, times.millis().p95(), 1e-9);
        assertEquals(50 * 1000.0 / 56, times.samplesPerSecond().median(), 1e-9);
    }

    @Test
    void areNoNumbersWithoutSteps() {
        assertTrue(Double.isNaN(times.millis().median()));
        assertTrue(Double.isNaN(times.samplesPerSecond().p95()));
    }

    @Test
    void stayRepresentativeWhenThereAreMoreThanItKeeps() {
        int steps = 300_000;
        for (int i = 0; i < steps; i++) {
            times.add(i, 1);
        }
        // The later nine tenths have this median.
        assertEquals(0.55 * steps / 1e6, times.millis().median(), 0.01 * steps / 1e6);
    }
}
