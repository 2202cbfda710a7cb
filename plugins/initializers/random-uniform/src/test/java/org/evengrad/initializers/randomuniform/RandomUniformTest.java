package org.evengrad.initializers.randomuniform;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.RandomInitializerContract;
import org.junit.jupiter.api.Test;

final class RandomUniformTest implements RandomInitializerContract<RandomUniform> {
    @Override
    public List<RandomUniform> strategies() {
        return List.of(new RandomUniform(), new RandomUniform(0.1, 0.3));
    }

    @Override
    public double mean(RandomUniform uniform, Tensor tensor) {
        return (uniform.low() + uniform.high()) / 2;
    }

    @Override
    public double variance(RandomUniform uniform, Tensor tensor) {
        return Math.pow(uniform.high() - uniform.low(), 2) / 12;
    }

    @Test
    void refusesAnIntervalWithoutLength() {
        assertThrows(IllegalArgumentException.class, () -> new RandomUniform(0.1, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new RandomUniform(0.2, 0.1));
    }
}
