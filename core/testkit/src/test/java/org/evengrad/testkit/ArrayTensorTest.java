package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.spi.Grain;
import org.junit.jupiter.api.Test;

final class ArrayTensorTest {
    private final ArrayTensor model = new ArrayTensor(Tensors.dense(0, 5, 2), new float[10], 1);

    @Test
    void handsOutTheWholeTensorInChunks() {
        List<Integer> sizes = new ArrayList<>();
        model.each(4, chunk -> sizes.add(chunk.start() * 100 + chunk.size()));

        assertEquals(List.of(4, 404, 802), sizes);
    }

    @Test
    void keepsWhatAKernelWrites() {
        model.each(
                4,
                chunk -> {
                    chunk.parameters()[0] = chunk.start();
                    chunk.state(0)[1] = 7;
                });

        assertEquals(8, model.parameters()[8]);
        assertEquals(7, model.state(0)[9]);
    }

    @Test
    void failsAKernelThatWritesBeyondItsChunk() {
        assertThrows(
                AssertionError.class,
                () -> model.each(4, chunk -> chunk.gradient()[chunk.size()] = 1));
    }

    @Test
    void knowsTheSmallestChunkOfAGrain() {
        assertEquals(1, model.smallestChunk(Grain.ELEMENTS));
        assertEquals(2, model.smallestChunk(Grain.UNITS));
        assertEquals(10, model.smallestChunk(Grain.TENSORS));
    }

    @Test
    void refusesASlotThatWasNotAskedFor() {
        assertThrows(IndexOutOfBoundsException.class, () -> model.each(4, chunk -> chunk.state(1)));
    }
}
