package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/**
 * What an initializer keeps to that draws its values: mean and variance come as close to those of
 * the formula as chance lets them.
 *
 * @param <S> the initializer's record
 * @since 0.1.0
 */
public interface RandomInitializerContract<S extends Record & Initializer>
        extends InitializerContract<S> {
    /** How many of the values are drawn, one by one; the others are fixed. */
    default int draws(S initializer, Tensor tensor) {
        return tensor.size();
    }

    /** Five standard errors. */
    @Override
    default double meanError(S initializer, Tensor tensor) {
        return 1e-7 + 5 * Math.sqrt(variance(initializer, tensor) / tensor.size());
    }

    /** Five standard errors of a normal sample, which varies more than a uniform one. */
    @Override
    default double varianceError(S initializer, Tensor tensor) {
        double standardError = Math.sqrt(2.0 / Math.max(1, draws(initializer, tensor)));
        return 1e-10 + 5 * standardError * variance(initializer, tensor);
    }

    /** Other random numbers give other weights. */
    @Test
    default void differsForOtherRandomNumbers() {
        Tensor tensor = Tensors.dense(0, 31, 17);
        for (S initializer : strategies()) {
            float[] values = new float[tensor.size()];
            float[] others = new float[tensor.size()];
            initializer.fill(values, tensor, SeededRandom.of(5), new PlainAlgebra());
            initializer.fill(others, tensor, SeededRandom.of(6), new PlainAlgebra());

            assertFalse(Arrays.equals(values, others), initializer::toString);
        }
    }
}
