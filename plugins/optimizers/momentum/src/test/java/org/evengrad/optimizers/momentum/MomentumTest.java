package org.evengrad.optimizers.momentum;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.OptimizerContract;
import org.junit.jupiter.api.Test;

final class MomentumTest implements OptimizerContract<Momentum> {
    @Override
    public List<Momentum> strategies() {
        return List.of(new Momentum(), new Momentum(0.05, 0.5), new Momentum(0.1, 0));
    }

    @Override
    public Reference reference(Momentum momentum, Tensor tensor) {
        double[] velocity = new double[tensor.size()];
        return (parameters, gradient, rate, step) -> {
            for (int i = 0; i < parameters.length; i++) {
                velocity[i] = momentum.momentum() * velocity[i] + gradient[i];
                parameters[i] -= rate * velocity[i];
            }
        };
    }

    @Test
    void changesItsLearningRateAlone() {
        assertEquals(new Momentum(0.5, 0.8), new Momentum(0.1, 0.8).withLearningRate(0.5));
    }
}
