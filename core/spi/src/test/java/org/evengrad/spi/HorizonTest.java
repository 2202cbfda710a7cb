package org.evengrad.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class HorizonTest {
    @Test
    void mayEndWithinItsFirstEpoch() {
        assertEquals(1, new Horizon(1, 100).steps());
    }

    @Test
    void refusesLessThanOneStep() {
        assertThrows(IllegalArgumentException.class, () -> new Horizon(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Horizon(1, 0));
    }
}
