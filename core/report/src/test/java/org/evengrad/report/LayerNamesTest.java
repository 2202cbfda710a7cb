package org.evengrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerNamesTest {
    private static final List<String> ORDER =
            List.of("dense-1", "dense-2", "dense-3", "dense-4", "dense-5", "output");

    @Test
    void drawsNeighborsTogether() {
        assertEquals("dense-1 to dense-4", LayerNames.ranges(ORDER.subList(0, 4), ORDER));
    }

    @Test
    void namesPairsAndGaps() {
        assertEquals(
                "dense-1, dense-2, dense-4 to output",
                LayerNames.ranges(
                        List.of("dense-1", "dense-2", "dense-4", "dense-5", "output"), ORDER));
    }

    @Test
    void namesLayersThatTheModelDoesNotHave() {
        assertEquals("a, b, c", LayerNames.ranges(List.of("a", "b", "c"), ORDER));
        assertEquals("", LayerNames.ranges(List.of(), ORDER));
    }
}
