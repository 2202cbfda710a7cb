package org.evengrad.optimizers.adam;

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

final class AdamTest implements OptimizerContract<Adam> {
    @Override
    public List<Adam> strategies() {
        return List.of(new Adam(), new Adam(0.01, 0.8, 0.99, 1e-4), new Adam(0.01, 0, 0.9, 1e-16));
    }

    @Override
    public Reference reference(Adam adam, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] mean = new double[tensor.size()];
                    double[] square = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            mean[i] = adam.beta1() * mean[i] + (1 - adam.beta1()) * gradient[i];
                            square[i] =
                                    adam.beta2() * square[i]
                                            + (1 - adam.beta2()) * gradient[i] * gradient[i];
                            double corrected = mean[i] / (1 - Math.pow(adam.beta1(), step));
                            double root = Math.sqrt(square[i] / (1 - Math.pow(adam.beta2(), step)));
                            parameters[i] -= rate * corrected / (root + adam.epsilon());
                        }
                    };
                });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.2, 200, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.5, 1_000, 0.001);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.5, 500, 0.001);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.1, 200, 0.001);
    }

    /** The value that sets the paper's epsilon apart from one inside of the root. */
    @Test
    void addsEpsilonOutsideOfTheRoot() {
        float moved = move(new Adam(), 1e-6f, 0.001, 0, new float[1], new float[1]);

        assertEquals(-0.001 * 1e-6 / (1e-6 + 1e-8), moved, 1e-9);
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            Adam optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
