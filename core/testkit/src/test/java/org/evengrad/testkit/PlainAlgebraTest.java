package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

final class PlainAlgebraTest {
    private static final float[] LEFT = {1, 2, 3, 4, 5, 6};
    private static final float[] LEFT_TRANSPOSED = {1, 4, 2, 5, 3, 6};
    private static final float[] RIGHT = {1, 0, 2, -1, 0, 3};
    private static final float[] RIGHT_TRANSPOSED = {1, 2, 0, 0, -1, 3};

    @Test
    void multipliesWhicheverMatrixIsStoredTransposed() {
        for (boolean left : new boolean[] {false, true}) {
            for (boolean right : new boolean[] {false, true}) {
                float[] product = {Float.NaN, Float.NaN, Float.NaN, Float.NaN};
                new PlainAlgebra()
                        .multiply(
                                left,
                                right,
                                2,
                                2,
                                3,
                                1,
                                left ? LEFT_TRANSPOSED : LEFT,
                                right ? RIGHT_TRANSPOSED : RIGHT,
                                0,
                                product);

                assertArrayEquals(new float[] {5, 7, 14, 13}, product);
            }
        }
    }

    @Test
    void addsToWhatWasThere() {
        float[] result = {1, 1, 1, 1};
        new PlainAlgebra().multiply(false, false, 2, 2, 3, 2, LEFT, RIGHT, 10, result);

        assertArrayEquals(new float[] {20, 24, 38, 36}, result);
    }
}
