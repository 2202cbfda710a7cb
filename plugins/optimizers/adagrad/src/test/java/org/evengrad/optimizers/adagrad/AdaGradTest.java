package org.evengrad.optimizers.adagrad;

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

final class AdaGradTest implements OptimizerContract<AdaGrad> {
    @Override
    public List<AdaGrad> strategies() {
        return List.of(new AdaGrad(), new AdaGrad(0.1, 1e-4), new AdaGrad(0.01, 1e-16));
    }

    @Override
    public Reference reference(AdaGrad adaGrad, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] sum = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            sum[i] += gradient[i] * gradient[i];
                            parameters[i] -=
                                    rate * gradient[i] / (Math.sqrt(sum[i]) + adaGrad.epsilon());
                        }
                    };
                });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(1, 100, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(1, 5_000, 0.02);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.5, 3_000, 0.005);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(1, 100, 0.01);
    }

    @Test
    void shortensItsStepsAsOneOverTheRootOfTheirNumber() {
        float[] sum = new float[1];
        for (int step = 1; step < 50; step++) {
            assertEquals(
                    0.01 / Math.sqrt(step), move(new AdaGrad(), -3, 0.01, step - 1, sum), 1e-8);
        }
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            AdaGrad optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
