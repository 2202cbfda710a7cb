package org.evengrad.optimizers.adamax;

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

final class AdaMaxTest implements OptimizerContract<AdaMax> {
    @Override
    public List<AdaMax> strategies() {
        return List.of(
                new AdaMax(), new AdaMax(0.01, 0.8, 0.99, 1e-4), new AdaMax(0.01, 0, 0.9, 1e-16));
    }

    @Override
    public Reference reference(AdaMax adaMax, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] mean = new double[tensor.size()];
                    double[] largest = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            mean[i] = adaMax.beta1() * mean[i] + (1 - adaMax.beta1()) * gradient[i];
                            largest[i] =
                                    Math.max(adaMax.beta2() * largest[i], Math.abs(gradient[i]));
                            double corrected = mean[i] / (1 - Math.pow(adaMax.beta1(), step));
                            parameters[i] -= rate * corrected / (largest[i] + adaMax.epsilon());
                        }
                    };
                });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.5, 200, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(1, 2_000, 0.001);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.5, 2_000, 0.001);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(1, 200, 0.001);
    }

    /** Adam's mean of squares would be infinite here. */
    @Test
    void takesGradientsWhoseSquareIsNoFloat() {
        float moved = move(new AdaMax(), 1e30f, 0.002, 0, new float[1], new float[1]);

        assertEquals(-0.002, moved, 1e-8);
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            AdaMax optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
