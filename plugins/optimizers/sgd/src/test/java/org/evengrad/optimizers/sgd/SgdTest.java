package org.evengrad.optimizers.sgd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.OptimizerContract;
import org.junit.jupiter.api.Test;

final class SgdTest implements OptimizerContract<Sgd> {
    @Override
    public List<Sgd> strategies() {
        return List.of(new Sgd(), new Sgd(0.2));
    }

    @Override
    public Reference reference(Sgd sgd, Tensor tensor) {
        return (parameters, gradient, rate, step) -> {
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] -= rate * gradient[i];
            }
        };
    }

    @Test
    void changesItsLearningRateAlone() {
        assertEquals(new Sgd(0.5), new Sgd().withLearningRate(0.5));
    }
}
