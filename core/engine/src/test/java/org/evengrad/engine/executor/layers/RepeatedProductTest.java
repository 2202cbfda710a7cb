package org.evengrad.engine.executor.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.evengrad.engine.executor.Floats;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products on the heap, against sums of doubles. */
class RepeatedProductTest {
    private static final int AT = 3;

    private static Floats random(int seed, int size) {
        Random random = new Random(seed);
        Floats floats = Floats.allocate(size);
        for (int i = 0; i < size; i++) {
            floats.buffer().put(i, (float) random.nextGaussian());
        }
        return floats;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 32, 32, false, false",
        "3, 32, 37, false, true",
        "3, 36, 50, true, false",
        "5, 64, 33, true, true"
    })
    void isTheSumOfProducts(int rows, int inner, int columns, boolean transposed, boolean adds) {
        RepeatedProduct product = new RepeatedProduct();
        // A larger one before must leave nothing behind.
        product.take(random(9, 80 * 80), 0, 80, 80, transposed);
        Floats matrix = random(1, AT + inner * columns);
        product.take(matrix, AT, inner, columns, transposed);
        float[] factors = new float[rows * inner];
        random(2, factors.length).buffer().get(0, factors);
        for (int time = 0; time < 2; time++) {
            Floats products = random(3, AT + rows * columns);
            Floats before = random(3, AT + rows * columns);
            product.multiply(
                    factors, rows, products.buffer(), AT, adds, new float[rows][columns + 1]);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    int at = AT + row * columns + column;
                    double sum = adds ? before.buffer().get(at) : 0;
                    for (int i = 0; i < inner; i++) {
                        int place = transposed ? column * inner + i : i * columns + column;
                        sum += (double) factors[row * inner + i] * matrix.buffer().get(AT + place);
                    }
                    assertEquals(sum, products.buffer().get(at), 2e-5, row + ", " + column);
                }
            }
            assertEquals(before.buffer().get(AT - 1), products.buffer().get(AT - 1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "16, 128, 512, 50, true",
        "17, 128, 512, 50, false",
        "8, 512, 128, 50, true",
        "9, 512, 128, 50, false",
        "1, 128, 512, 2, false",
        "1, 30, 120, 50, false",
        "1, 34, 136, 50, false",
        "1, 1024, 4096, 50, false"
    })
    void paysForFewRowsAndManyTimes(int rows, int inner, int columns, int times, boolean pays) {
        if (pays) {
            assertTrue(RepeatedProduct.pays(rows, inner, columns, times));
        } else {
            assertFalse(RepeatedProduct.pays(rows, inner, columns, times));
        }
    }
}
