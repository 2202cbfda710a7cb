package org.evengrad.optimizers.adadelta;

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

final class AdaDeltaTest implements OptimizerContract<AdaDelta> {
    @Override
    public List<AdaDelta> strategies() {
        return List.of(new AdaDelta(), new AdaDelta(0.5, 0.9, 1e-4), new AdaDelta(1, 0, 1e-6));
    }

    @Override
    public Reference reference(AdaDelta adaDelta, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] square = new double[tensor.size()];
                    double[] stepSquare = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            square[i] =
                                    adaDelta.decay() * square[i]
                                            + (1 - adaDelta.decay()) * gradient[i] * gradient[i];
                            double rootOfStep = Math.sqrt(stepSquare[i] + adaDelta.epsilon());
                            double moved =
                                    rootOfStep
                                            / Math.sqrt(square[i] + adaDelta.epsilon())
                                            * gradient[i];
                            stepSquare[i] =
                                    adaDelta.decay() * stepSquare[i]
                                            + (1 - adaDelta.decay()) * moved * moved;
                            parameters[i] -= rate * moved;
                        }
                    };
                });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(10, 200, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.05, 10_000, 0.02);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(2, 2_000, 0.01);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(10, 500, 0.001);
    }

    /** Both epsilons stand inside of their roots. */
    @Test
    void beginsAsFarAsEpsilonLets() {
        float moved = move(new AdaDelta(), 2, 1, 0, new float[1], new float[1]);

        assertEquals(-2 * Math.sqrt(1e-6 / (0.05 * 4 + 1e-6)), moved, 1e-8);
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            AdaDelta optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
