package org.evengrad.engine.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.evengrad.spi.Grain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CutTest {
    /** 100 x 300 weights, 100 biases, then units that are larger than a chunk: 3 x 5000. */
    private final Layout layout =
            new Layout(new HeapNetwork(HeapNetwork.constant(), 300, 100, 5000, 3));

    @ParameterizedTest
    @EnumSource(Grain.class)
    void coversEveryElementOnceAndInOrder(Grain grain) {
        Cut cut = new Cut(layout, grain);
        int next = 0;
        for (int i = 0; i < cut.count(); i++) {
            assertEquals(next, layout.offset(cut.tensor(i)) + cut.start(i));
            assertTrue(cut.size(i) > 0 && cut.size(i) <= cut.largest());
            assertTrue(cut.start(i) + cut.size(i) <= layout.size(cut.tensor(i)));
            next += cut.size(i);
        }
        assertEquals(layout.total(), next);
    }

    @Test
    void elementsComeInPiecesOf4096() {
        Cut cut = new Cut(layout, Grain.ELEMENTS);
        assertEquals(4096, cut.largest());
        for (int i = 0; i < cut.count(); i++) {
            assertEquals(0, cut.start(i) % 4096);
        }
    }

    @Test
    void unitsAreNeverSplitAndShareAChunkWhileTheyFit() {
        Cut cut = new Cut(layout, Grain.UNITS);
        // 13 units of 300 inputs fit into 4096 elements; one of 5000 does not and is not split.
        assertEquals(13 * 300, cut.size(0));
        assertEquals(100 * 300 - 7 * 13 * 300, cut.size(7));
        for (int i = 0; i < cut.count(); i++) {
            int unit = layout.size(cut.tensor(i)) / layout.tensor(cut.tensor(i)).units();
            assertEquals(0, cut.start(i) % unit);
            assertEquals(0, cut.size(i) % unit);
        }
        assertEquals(5000, cut.largest());
    }

    @Test
    void tensorsComeWhole() {
        Cut cut = new Cut(layout, Grain.TENSORS);
        assertEquals(layout.count(), cut.count());
        for (int t = 0; t < layout.count(); t++) {
            assertEquals(t, cut.tensor(t));
            assertEquals(layout.size(t), cut.size(t));
        }
    }
}
