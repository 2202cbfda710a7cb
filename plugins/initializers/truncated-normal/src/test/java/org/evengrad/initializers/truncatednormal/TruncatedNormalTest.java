package org.evengrad.initializers.truncatednormal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.PlainAlgebra;
import org.evengrad.testkit.RandomInitializerContract;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class TruncatedNormalTest implements RandomInitializerContract<TruncatedNormal> {
    @Override
    public List<TruncatedNormal> strategies() {
        return List.of(new TruncatedNormal(), new TruncatedNormal(-0.3, 0.2));
    }

    @Override
    public double mean(TruncatedNormal normal, Tensor tensor) {
        return normal.mean();
    }

    /** The integral of the cut density, by the midpoint rule. */
    @Override
    public double variance(TruncatedNormal normal, Tensor tensor) {
        double mass = 0;
        double squares = 0;
        for (double z = -1.9995; z < 2; z += 0.001) {
            double density = Math.exp(-z * z / 2);
            mass += density;
            squares += density * z * z;
        }
        return squares / mass * Math.pow(normal.standardDeviation(), 2);
    }

    @Test
    void reachesTwoStandardDeviationsAndNoFurther() {
        Tensor tensor = Tensors.dense(0, 200, 200);
        float[] values = new float[tensor.size()];
        new TruncatedNormal(1, 0.5).fill(values, tensor, SeededRandom.of(1), new PlainAlgebra());
        double low = 0;
        double high = 0;
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }

        assertEquals(0, low, 0.001);
        assertEquals(2, high, 0.001);
    }
}
