package org.evengrad.optimizers.adamw;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.OptimizerContract;
import org.junit.jupiter.api.Test;

final class AdamWTest implements OptimizerContract<AdamW> {
    @Override
    public List<AdamW> strategies() {
        return List.of(
                new AdamW(),
                new AdamW(0.01, 0.8, 0.99, 1e-4, 0.3),
                new AdamW(0.01, 0, 0.9, 1e-16, 0));
    }

    @Override
    public Reference reference(AdamW adamW, Tensor tensor) {
        boolean isBias = tensor.role() == Role.BIAS;
        double[] mean = new double[tensor.size()];
        double[] square = new double[tensor.size()];
        return (parameters, gradient, rate, step) -> {
            for (int i = 0; i < parameters.length; i++) {
                mean[i] = adamW.beta1() * mean[i] + (1 - adamW.beta1()) * gradient[i];
                square[i] =
                        adamW.beta2() * square[i] + (1 - adamW.beta2()) * gradient[i] * gradient[i];
                double corrected = mean[i] / (1 - Math.pow(adamW.beta1(), step));
                double root = Math.sqrt(square[i] / (1 - Math.pow(adamW.beta2(), step)));
                double decay = isBias ? 0 : adamW.weightDecay() * parameters[i];
                parameters[i] -= rate * (corrected / (root + adamW.epsilon()) + decay);
            }
        };
    }

    @Override
    public boolean decays(AdamW adamW) {
        return adamW.weightDecay() > 0;
    }

    @Test
    void changesItsLearningRateAlone() {
        assertEquals(
                new AdamW(0.5, 0.8, 0.99, 1e-4, 0.3),
                new AdamW(0.1, 0.8, 0.99, 1e-4, 0.3).withLearningRate(0.5));
    }
}
