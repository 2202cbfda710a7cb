package org.evengrad.optimizers.momentum;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayChunk;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class MomentumTest implements OptimizerContract<Momentum> {
    @Override
    public List<Momentum> strategies() {
        return List.of(new Momentum(), new Momentum(0.05, 0.5), new Momentum(0.1, 0));
    }

    @Override
    public Reference reference(Momentum momentum, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] velocity = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            velocity[i] = momentum.momentum() * velocity[i] + gradient[i];
                            parameters[i] -= rate * velocity[i];
                        }
                    };
                });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.02, 200, 1e-4);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.002, 1_000, 0.001);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(2, 500, 1e-4);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.2, 200, 0.001);
    }

    @Test
    void changesItsRateAtOnce() {
        float[] velocity = {2};

        assertEquals(-0.1 * 0.9 * 2, move(new Momentum(), 0, 0.1, 7, velocity), 1e-7);
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            Momentum optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
