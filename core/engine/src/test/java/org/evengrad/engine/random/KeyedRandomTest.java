package org.evengrad.engine.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedRandomTest {
    private static final int MANY = 100_000;

    private static long[] longs(KeyedRandom random) {
        return random.longs(10).toArray();
    }

    @Test
    void theSameKeyGivesTheSameSequence() {
        assertArrayEquals(longs(new KeyedRandom(1, 2, 3)), longs(new KeyedRandom(1, 2, 3)));
    }

    @Test
    void everyPartOfTheKeyAndItsOrderCount() {
        Set<Long> firsts = new HashSet<>();
        int keys = 0;
        for (long a = -2; a <= 2; a++) {
            for (long b = -2; b <= 2; b++) {
                for (long c = -2; c <= 2; c++) {
                    firsts.add(new KeyedRandom(a, b, c).nextLong());
                    keys++;
                }
                firsts.add(new KeyedRandom(a, b).nextLong());
                keys++;
            }
        }
        assertEquals(keys, firsts.size());
    }

    @Test
    void aNewKeyStartsItsOwnSequenceWhateverWasDrawnBefore() {
        KeyedRandom random = new KeyedRandom(9);
        random.nextLong();
        random.key(1, 2, 3, 4);
        long[] first = longs(random);
        random.key(1, 2, 3, 4);
        assertArrayEquals(first, longs(random));
        assertArrayEquals(first, longs(new KeyedRandom(1, 2, 3, 4)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, -7, Long.MIN_VALUE})
    void gaussiansHaveMeanZeroAndVarianceOne(long seed) {
        KeyedRandom random = new KeyedRandom(seed, 3);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < MANY; i++) {
            double value = random.nextGaussian();
            sum += value;
            squares += value * value;
        }
        // Five standard errors.
        assertEquals(0, sum / MANY, 5 / Math.sqrt(MANY));
        assertEquals(1, squares / MANY, 5 * Math.sqrt(2.0 / MANY));
    }

    @Test
    void uniformNumbersFillTheirIntervalEvenly() {
        KeyedRandom random = new KeyedRandom(5);
        int[] counts = new int[20];
        for (int i = 0; i < MANY; i++) {
            counts[(int) (random.nextDouble() * counts.length)]++;
        }
        double expected = (double) MANY / counts.length;
        for (int count : counts) {
            assertEquals(expected, count, 5 * Math.sqrt(expected));
        }
    }

    @Test
    void firstNumbersOfNeighboringKeysAreNotRelated() {
        double sum = 0;
        double product = 0;
        double before = new KeyedRandom(1, -1).nextDouble() - 0.5;
        for (int i = 0; i < MANY; i++) {
            double value = new KeyedRandom(1, i).nextDouble() - 0.5;
            sum += value;
            product += value * before;
            before = value;
        }
        assertEquals(0, sum / MANY, 5 * Math.sqrt(1.0 / 12 / MANY));
        assertEquals(0, product / MANY, 5 / 12.0 / Math.sqrt(MANY));
    }
}
