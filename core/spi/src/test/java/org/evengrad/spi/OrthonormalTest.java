package org.evengrad.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrthonormalTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "7, 1", "5, 5", "4, 9", "9, 4", "60, 61"})
    void theShorterSideIsOrthonormal(int rows, int columns) {
        double[][] matrix = Orthonormal.matrix(rows, columns, new SplittableRandom(1));
        assertEquals(rows, matrix.length);
        assertEquals(columns, matrix[0].length);
        int vectors = Math.min(rows, columns);
        for (int i = 0; i < vectors; i++) {
            for (int j = 0; j < vectors; j++) {
                double product = 0;
                for (int k = 0; k < Math.max(rows, columns); k++) {
                    product +=
                            rows > columns
                                    ? matrix[k][i] * matrix[k][j]
                                    : matrix[i][k] * matrix[j][k];
                }
                assertEquals(i == j ? 1 : 0, product, 1e-12);
            }
        }
    }

    @Test
    void repeatsItselfForTheSameRandomNumbers() {
        double[] first = Orthonormal.matrix(3, 5, new SplittableRandom(2))[2];
        assertArrayEquals(first, Orthonormal.matrix(3, 5, new SplittableRandom(2))[2]);
    }

    /** Each element has mean 0 and variance 1 / n, whatever the sign of a decomposition. */
    @Test
    void prefersNoDirection() {
        int size = 4;
        int draws = 4000;
        SplittableRandom random = new SplittableRandom(3);
        double[] sum = new double[size * size];
        double[] squares = new double[size * size];
        for (int draw = 0; draw < draws; draw++) {
            double[][] matrix = Orthonormal.matrix(size, size, random);
            for (int i = 0; i < sum.length; i++) {
                double value = matrix[i / size][i % size];
                sum[i] += value / draws;
                squares[i] += value * value / draws;
            }
        }
        for (int i = 0; i < sum.length; i++) {
            assertEquals(0, sum[i], 5 * Math.sqrt(1.0 / size / draws), "element " + i);
            assertEquals(1.0 / size, squares[i], 0.03, "element " + i);
        }
    }
}
