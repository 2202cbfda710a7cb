package org.evengrad.optimizers.rmsprop;

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

final class RmsPropTest implements OptimizerContract<RmsProp> {
    @Override
    public List<RmsProp> strategies() {
        return List.of(new RmsProp(), new RmsProp(0.01, 0.99, 1e-4), new RmsProp(0.01, 0, 1e-16));
    }

    @Override
    public Reference reference(RmsProp rmsProp, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] square = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            square[i] =
                                    rmsProp.decay() * square[i]
                                            + (1 - rmsProp.decay()) * gradient[i] * gradient[i];
                            parameters[i] -=
                                    rate * gradient[i] / (Math.sqrt(square[i]) + rmsProp.epsilon());
                        }
                    };
                });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.01, 200, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.002, 5_000, 0.01);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.001, 2_000, 0.01);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.005, 1_000, 0.01);
    }

    @Test
    void addsEpsilonOutsideOfTheRoot() {
        RmsProp rmsProp = new RmsProp(0.001, 0.9, 1e-3);

        assertEquals(
                -0.001 / (Math.sqrt(0.1) + 1e-3), move(rmsProp, 1, 0.001, 0, new float[1]), 1e-9);
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            RmsProp optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
