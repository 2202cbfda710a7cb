package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/**
 * What an initializer keeps to that gives random orthogonal matrices: all rows have one length and
 * are at right angles; where there are more rows than columns, the columns do and are.
 *
 * @param <S> the initializer's record
 * @since 0.1.0
 */
public interface OrthogonalInitializerContract<S extends Record & Initializer>
        extends RandomInitializerContract<S> {
    /** The length of a row, or of a column. */
    double gain(S initializer);

    /** Which tensors are orthogonal as a matrix of units times all else. */
    default List<Tensor> orthogonalShapes() {
        return List.of(
                Tensors.dense(0, 1, 1),
                Tensors.dense(1, 1, 9),
                Tensors.dense(2, 9, 1),
                Tensors.dense(3, 60, 60),
                Tensors.dense(4, 30, 200),
                Tensors.dense(5, 200, 30),
                Tensors.recurrent(6, 50, 50),
                Tensors.recurrent(7, 120, 30));
    }

    /** The sum of the squares is fixed: gain^2 times the smaller of the matrix's two sizes. */
    @Override
    default double variance(S initializer, Tensor tensor) {
        int size = tensor.size();
        int units = tensor.shape().get(0);
        return tensor.role() == Role.BIAS
                ? 0
                : Math.pow(gain(initializer), 2) * Math.min(units, size / units) / size;
    }

    @Override
    default double varianceError(S initializer, Tensor tensor) {
        return 1e-10 + 1e-5 * variance(initializer, tensor);
    }

    /** Q Q^T = gain^2 I, or Q^T Q for a tall matrix. */
    @Test
    default void givesOrthogonalMatrices() {
        for (S initializer : strategies()) {
            for (Tensor tensor : orthogonalShapes()) {
                for (long seed = 1; seed <= 3; seed++) {
                    float[] values = new float[tensor.size()];
                    initializer.fill(values, tensor, SeededRandom.of(seed), new PlainAlgebra());
                    int units = tensor.shape().get(0);
                    assertOrthogonal(
                            values,
                            units,
                            values.length / units,
                            gain(initializer),
                            initializer + " on " + tensor + " with seed " + seed);
                }
            }
        }
    }

    /**
     * Checks that the rows of a matrix, or the columns of a tall one, are at right angles and of
     * one length.
     *
     * @param matrix row by row
     * @param length of each row or column
     * @param what names the matrix in the message of a failure
     */
    default void assertOrthogonal(
            float[] matrix, int rows, int columns, double length, String what) {
        boolean wide = rows <= columns;
        int vectors = wide ? rows : columns;
        int size = wide ? columns : rows;
        for (int i = 0; i < vectors; i++) {
            for (int j = 0; j <= i; j++) {
                double product = 0;
                for (int k = 0; k < size; k++) {
                    product +=
                            wide
                                    ? (double) matrix[i * columns + k] * matrix[j * columns + k]
                                    : (double) matrix[k * columns + i] * matrix[k * columns + j];
                }
                double expected = i == j ? length * length : 0;
                assertEquals(expected, product, 1e-5 * length * length, what);
            }
        }
    }
}
