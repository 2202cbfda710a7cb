package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProbeRowsTest {
    private static final int LOOKS = 9;
    private static final int LARGE = 100_000;

    @Test
    void costsNoMoreThanHalfOfWhatTheBudgetIsWorth() {
        for (double rows : new double[] {2000, 5000, 20_000, 1e6}) {
            ProbeRows dense = ProbeRows.of(rows, LOOKS, false, LARGE);
            // A forward pass is a third of a step, and signals are sent back five times.
            double cost = LOOKS * dense.loss() / 3.0 + 5 * dense.signals();
            assertTrue(cost <= 0.5 * rows, rows + ": " + cost);
            ProbeRows sequences = ProbeRows.of(rows, LOOKS, true, LARGE);
            double along = LOOKS * sequences.loss() / 3.0 + 5 * 8 * sequences.signals();
            assertTrue(along <= 0.5 * rows, rows + ": " + along);
        }
    }

    @Test
    void isAllOfTheProbeInALongRunAndEnoughToSaySomethingInAShortOne() {
        assertEquals(new ProbeRows(512, 512), ProbeRows.of(1e6, LOOKS, false, LARGE));
        assertEquals(new ProbeRows(512, 64), ProbeRows.of(1e6, LOOKS, true, LARGE));
        assertEquals(new ProbeRows(64, 32), ProbeRows.of(10, LOOKS, false, LARGE));
        assertEquals(new ProbeRows(64, 4), ProbeRows.of(10, LOOKS, true, LARGE));
    }

    @Test
    void takesFewerRowsThroughASmallNetworkWhoseStepsCostNextToNothing() {
        assertEquals(200, ProbeRows.of(20_000, LOOKS, false, 500).signals());
        assertEquals(512, ProbeRows.of(20_000, LOOKS, false, 2000).signals());
    }
}
