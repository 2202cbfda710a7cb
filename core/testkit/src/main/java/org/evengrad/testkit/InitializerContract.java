package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/**
 * What every initializer keeps to that draws weights independently.
 *
 * @param <S> the initializer's record
 * @since 0.1.0
 */
public interface InitializerContract<S extends Record & Initializer> extends StrategyContract<S> {
    /** The mean of the weights by the published formula. */
    default double mean(S initializer, Tensor tensor) {
        return 0;
    }

    /** The variance of the weights by the published formula. */
    double variance(S initializer, Tensor tensor);

    /** Mean and variance are those of the formula, for layers of several shapes. */
    @Test
    default void hasTheMeanAndVarianceOfTheFormula() {
        List<Tensor> tensors =
                List.of(
                        Tensors.dense(0, 300, 400),
                        Tensors.dense(1, 40, 2500),
                        Tensors.dense(2, 2500, 40),
                        Tensors.convolution(3, 128, 64, 3));
        for (S initializer : strategies()) {
            for (Tensor tensor : tensors) {
                float[] values = fill(initializer, tensor, 1);
                double mean = 0;
                for (float value : values) {
                    mean += value / (double) values.length;
                }
                double variance = 0;
                for (float value : values) {
                    variance += (value - mean) * (value - mean) / values.length;
                }
                double expected = variance(initializer, tensor);
                String what = initializer + " on " + tensor.shape();

                // Five standard errors of a normal sample; the seed is fixed.
                double meanError = 5 * Math.sqrt(expected / values.length);
                assertEquals(mean(initializer, tensor), mean, meanError, what);
                assertEquals(1, variance / expected, 5 * Math.sqrt(2.0 / values.length), what);
            }
        }
    }

    /** The same random numbers give the same weights, whatever the array held before. */
    @Test
    default void repeatsItselfForTheSameRandomNumbers() {
        Tensor tensor = Tensors.dense(0, 31, 17);
        for (S initializer : strategies()) {
            float[] zeros = new float[tensor.size()];
            initializer.fill(zeros, tensor, SeededRandom.of(5), new PlainAlgebra());

            assertArrayEquals(fill(initializer, tensor, 5), zeros, initializer::toString);
        }
    }

    /** Other random numbers give other weights. */
    @Test
    default void differsForOtherRandomNumbers() {
        Tensor tensor = Tensors.dense(0, 31, 17);
        for (S initializer : strategies()) {
            assertFalse(
                    Arrays.equals(fill(initializer, tensor, 5), fill(initializer, tensor, 6)),
                    initializer::toString);
        }
    }

    /** Every element is written, and finite, also for biases and for a tensor of one element. */
    @Test
    default void fillsEveryElement() {
        List<Tensor> tensors =
                List.of(Tensors.dense(0, 1, 1), Tensors.dense(1, 7, 3), Tensors.bias(2, 5, 3));
        for (S initializer : strategies()) {
            for (Tensor tensor : tensors) {
                for (float value : fill(initializer, tensor, 1)) {
                    assertTrue(Float.isFinite(value), initializer + " on " + tensor.shape());
                }
            }
        }
    }

    private float[] fill(S initializer, Tensor tensor, long seed) {
        float[] values = new float[tensor.size()];
        Arrays.fill(values, Float.NaN);
        initializer.fill(values, tensor, SeededRandom.of(seed), new PlainAlgebra());
        return values;
    }
}
