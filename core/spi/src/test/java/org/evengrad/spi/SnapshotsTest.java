package org.evengrad.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class SnapshotsTest {
    @Test
    void mayBeNone() {
        assertEquals(new Snapshots(0, 0), Snapshots.NONE);
    }

    @Test
    void refusesNegativeCounts() {
        assertThrows(IllegalArgumentException.class, () -> new Snapshots(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Snapshots(1, -1));
    }

    @Test
    void refusesToKeepNoneOfThoseItTakes() {
        assertThrows(IllegalArgumentException.class, () -> new Snapshots(10, 0));
        assertThrows(IllegalArgumentException.class, () -> new Snapshots(0, 3));
    }
}
