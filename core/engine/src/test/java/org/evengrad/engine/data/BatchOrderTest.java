package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchOrderTest {
    @Test
    void keepsTheLastSmallerBatch() {
        BatchOrder order = new BatchOrder(1, 10, 4, true);

        assertEquals(3, order.batchesPerEpoch());
        assertEquals(8, order.start(2));
        assertEquals(4, order.size(1));
        assertEquals(2, order.size(2));
    }

    @Test
    void hasNoEmptyBatch() {
        BatchOrder order = new BatchOrder(1, 8, 4, true);

        assertEquals(2, order.batchesPerEpoch());
        assertEquals(4, order.size(1));
    }

    @Test
    void anEpochHasEachRowOnce() {
        int[] order = new int[1000];
        new BatchOrder(1, 1000, 32, true).fill(3, order);

        assertFalse(Arrays.equals(IntStream.range(0, 1000).toArray(), order));
        Arrays.sort(order);
        assertArrayEquals(IntStream.range(0, 1000).toArray(), order);
    }

    @Test
    void anEpochHasItsOwnOrderWhateverCameBefore() {
        BatchOrder straight = new BatchOrder(5, 100, 32, true);
        int[] first = new int[100];
        int[] second = new int[100];
        straight.fill(0, first);
        straight.fill(1, second);

        int[] resumed = new int[100];
        new BatchOrder(5, 100, 32, true).fill(1, resumed);

        assertArrayEquals(second, resumed);
        assertFalse(Arrays.equals(first, second));
    }

    @Test
    void anotherSeedGivesAnotherOrder() {
        int[] first = new int[100];
        int[] second = new int[100];
        new BatchOrder(5, 100, 32, true).fill(0, first);
        new BatchOrder(6, 100, 32, true).fill(0, second);

        assertFalse(Arrays.equals(first, second));
    }

    @Test
    void everyRowComesFirstAboutEquallyOften() {
        BatchOrder order = new BatchOrder(9, 10, 10, true);
        int[] rows = new int[10];
        int[] firsts = new int[10];
        for (int epoch = 0; epoch < 10_000; epoch++) {
            order.fill(epoch, rows);
            firsts[rows[0]]++;
        }
        // 1000 expected each; 120 is four standard deviations.
        for (int count : firsts) {
            assertEquals(1000, count, 120);
        }
    }

    @Test
    void withoutShuffleRowsKeepTheirOrder() {
        int[] order = new int[5];
        new BatchOrder(1, 5, 2, false).fill(7, order);

        assertArrayEquals(new int[] {0, 1, 2, 3, 4}, order);
    }

    @Test
    void refusesAnArrayOfAnotherLength() {
        BatchOrder order = new BatchOrder(1, 5, 2, true);

        assertThrows(IllegalArgumentException.class, () -> order.fill(0, new int[6]));
    }

    @Test
    void refusesNoRows() {
        assertThrows(IllegalArgumentException.class, () -> new BatchOrder(1, 0, 2, true));
    }
}
