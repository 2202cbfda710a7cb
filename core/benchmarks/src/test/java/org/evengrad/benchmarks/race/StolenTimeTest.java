package org.evengrad.benchmarks.race;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StolenTimeTest {
    @Test
    void countsWhatOthersGotOfAllTicks() {
        StolenTime before = StolenTime.parse("cpu  100 0 20 50 0 0 5 25 0 0");
        StolenTime after = StolenTime.parse("cpu  160 0 30 60 0 0 5 45 7 0");
        assertEquals(20.0 / 100, before.shareUntil(after));
    }

    @Test
    void nothingIsStolenInNoTime() {
        StolenTime now = StolenTime.parse("cpu  100 0 20 50 0 0 5 25 0 0");
        assertEquals(0, now.shareUntil(now));
    }

    @Test
    void nothingIsStolenWhereNobodyTells() {
        StolenTime old = StolenTime.parse("cpu  100 0 20 50");
        assertEquals(0, old.shareUntil(StolenTime.parse("cpu  200 0 20 50")));
    }
}
