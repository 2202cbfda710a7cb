package org.evengrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormCodeTest {
    @ParameterizedTest
    @ValueSource(doubles = {1e-60, 3.2e-16, 0.00123, 0.5, 1, 7.77, 4.2e12})
    void isRightToHalfAPercent(double norm) {
        double read = Math.pow(10, NormCode.of(norm) / (double) NormCode.PER_DECADE);

        assertEquals(1, read / norm, 0.005);
    }

    @Test
    void ordersCodesAsTheirNorms() {
        short[] codes = {
            NormCode.of(0),
            NormCode.of(Double.MIN_VALUE),
            NormCode.of(1e-20),
            NormCode.of(1),
            NormCode.of(Double.MAX_VALUE),
            NormCode.of(Double.NaN)
        };

        for (int i = 1; i < codes.length; i++) {
            assertTrue(codes[i - 1] < codes[i], "code " + i);
        }
    }

    @Test
    void keepsZeroAndNonFiniteForThemselves() {
        assertEquals(NormCode.ZERO, NormCode.of(0));
        assertEquals(NormCode.NON_FINITE, NormCode.of(Double.POSITIVE_INFINITY));
        assertEquals(NormCode.NON_FINITE - 1, NormCode.of(Double.MAX_VALUE));
        assertEquals(NormCode.ZERO + 1, NormCode.of(Double.MIN_VALUE));
    }
}
