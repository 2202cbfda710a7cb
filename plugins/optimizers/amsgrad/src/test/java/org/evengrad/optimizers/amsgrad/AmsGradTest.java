package org.evengrad.optimizers.amsgrad;

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

final class AmsGradTest implements OptimizerContract<AmsGrad> {
    @Override
    public List<AmsGrad> strategies() {
        return List.of(
                new AmsGrad(),
                new AmsGrad(0.01, 0.8, 0.99, 1e-4),
                new AmsGrad(0.01, 0, 0.9, 1e-16));
    }

    @Override
    public Reference reference(AmsGrad amsGrad, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] mean = new double[tensor.size()];
                    double[] square = new double[tensor.size()];
                    double[] largest = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            mean[i] =
                                    amsGrad.beta1() * mean[i] + (1 - amsGrad.beta1()) * gradient[i];
                            square[i] =
                                    amsGrad.beta2() * square[i]
                                            + (1 - amsGrad.beta2()) * gradient[i] * gradient[i];
                            largest[i] = Math.max(largest[i], square[i]);
                            parameters[i] -=
                                    rate * mean[i] / (Math.sqrt(largest[i]) + amsGrad.epsilon());
                        }
                    };
                });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.1, 200, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.2, 2_000, 0.001);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.1, 500, 0.001);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.2, 200, 0.001);
    }

    @Test
    void neverForgetsASpike() {
        float[] mean = {0};
        float[] square = {0};
        float[] largest = {0};
        AmsGrad amsGrad = new AmsGrad(0.001, 0, 0.5, 1e-8);
        move(amsGrad, 1000, 0.001, 0, mean, square, largest);
        float moved = 0;
        for (int step = 1; step < 100; step++) {
            moved = move(amsGrad, 1, 0.001, step, mean, square, largest);
        }

        assertEquals(-0.001 / (1000 * Math.sqrt(0.5)), moved, 1e-9);
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            AmsGrad optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
