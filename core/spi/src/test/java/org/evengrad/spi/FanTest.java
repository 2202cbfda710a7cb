package org.evengrad.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FanTest {
    private static final Tensor TENSOR =
            new Tensor("a.W", 0, 0, 1, Role.WEIGHT, List.of(3, 8), 3, 8, 3, 0, 0, 0, 1, 1);

    @Test
    void countsTheConnectionsItNames() {
        assertEquals(8, Fan.FAN_IN.of(TENSOR));
        assertEquals(3, Fan.FAN_OUT.of(TENSOR));
        assertEquals(5.5, Fan.AVERAGE.of(TENSOR));
    }
}
