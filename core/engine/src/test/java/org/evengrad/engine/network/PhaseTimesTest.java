package org.evengrad.engine.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.network.PhaseTimes.Phase;
import org.junit.jupiter.api.Test;

class PhaseTimesTest {
    private final PhaseTimes times = new PhaseTimes();

    @Test
    void sharesAddUpToOneInTheOrderOfAStep() {
        times.add(Phase.OPTIMIZER, 100);
        times.add(Phase.FORWARD, 250);
        times.add(Phase.FORWARD, 50);
        assertEquals(0.75, times.shares().get(Phase.FORWARD));
        assertEquals(0.25, times.shares().get(Phase.OPTIMIZER));
        assertEquals(0, times.shares().get(Phase.BATCH));
        assertEquals(List.of(Phase.values()), new ArrayList<>(times.shares().keySet()));
    }

    @Test
    void countsTimeOnceThatAPhaseWithinAPhaseTook() {
        times.add(Phase.BATCH, 5);
        long total = times.total();
        long began = System.nanoTime() - 1_000;
        times.add(Phase.FORWARD, 400);
        long now = times.addRest(Phase.NETWORK, began, total);
        assertEquals(5 + now - began, times.total());
        assertEquals(
                (now - began - 400.0) / times.total(), times.shares().get(Phase.NETWORK), 1e-12);
    }

    @Test
    void knowsNoSharesWithoutTime() {
        assertTrue(times.shares().isEmpty());
        times.add(Phase.GUARDS, 3);
        times.clear();
        assertTrue(times.shares().isEmpty());
    }
}
