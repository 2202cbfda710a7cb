package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.FloatBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments of sequences in memory that is kept. */
class SegmentMemoryTest {
    private static final int LENGTH = 3;

    private static ArrayBatch batch(int seed, boolean masked) {
        ArrayBatch batch =
                ArrayBatch.allocate(2, new long[] {2, 7}, new long[] {3, 7}, masked, true);
        batch.features().put(0, Networks.gaussians(seed, 28, 1));
        batch.targets().put(0, Networks.gaussians(seed + 1, 42, 1));
        batch.mask().ifPresent(mask -> mask.put(0, Networks.gaussians(seed + 2, 14, 1)));
        return batch;
    }

    private static float[] copy(FloatBuffer buffer) {
        return Networks.copy(buffer);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void holdsTheSameAsACutInNewMemory(boolean masked) {
        SegmentMemory memory = new SegmentMemory(LENGTH);
        for (int seed = 0; seed < 2; seed++) {
            ArrayBatch whole = batch(10 * seed, masked);
            for (int index = 0; index < 3; index++) {
                ArrayBatch expected = whole.segment(index, LENGTH);
                ArrayBatch part = memory.of(whole, index);
                assertEquals(index, part.segment());
                assertArrayEquals(copy(expected.features()), copy(part.features()));
                assertArrayEquals(copy(expected.targets()), copy(part.targets()));
                if (masked) {
                    assertArrayEquals(
                            copy(expected.mask().orElseThrow()), copy(part.mask().orElseThrow()));
                    assertArrayEquals(
                            copy(expected.examples().featureMask().orElseThrow().buffer()),
                            copy(part.examples().featureMask().orElseThrow().buffer()));
                }
                assertSame(part, memory.of(whole, index));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesOtherMemoryForAnotherShape(boolean masked) {
        SegmentMemory memory = new SegmentMemory(LENGTH);
        ArrayBatch part = memory.of(batch(1, masked), 0);
        assertNotSame(part, memory.of(batch(1, !masked), 0));
        assertNotSame(part, memory.of(batch(1, masked), 1));
    }
}
