package org.evengrad.optimizers.yogi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayChunk;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class YogiTest implements OptimizerContract<Yogi> {
    @Override
    public List<Yogi> strategies() {
        return List.of(
                new Yogi(),
                new Yogi(0.001, 0.8, 0.99, 1e-4, 0),
                new Yogi(0.01, 0, 0.9, 1e-8, 1e-4));
    }

    @Override
    public Reference reference(Yogi yogi, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] mean = new double[tensor.size()];
                    double[] square = new double[tensor.size()];
                    Arrays.fill(square, yogi.initialSquare());
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            mean[i] = yogi.beta1() * mean[i] + (1 - yogi.beta1()) * gradient[i];
                            double squared = gradient[i] * gradient[i];
                            square[i] -=
                                    (1 - yogi.beta2()) * Math.signum(square[i] - squared) * squared;
                            double corrected = mean[i] / (1 - Math.pow(yogi.beta1(), step));
                            double root = Math.sqrt(square[i] / (1 - Math.pow(yogi.beta2(), step)));
                            parameters[i] -= rate * corrected / (root + yogi.epsilon());
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
        return Goal.reached(0.5, 1_000, 0.001);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.5, 500, 0.001);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.5, 200, 0.001);
    }

    /** Adam's would change by the difference, which is much for a large mean and a small square. */
    @Test
    void changesItsMeanByTheSizeOfTheNewSquareAlone() {
        float[] square = {0};
        move(new Yogi(), 2, 0.01, 0, new float[1], square);

        assertEquals(1e-6 + 0.001 * 4, square[0], 1e-9);

        square[0] = 1;
        move(new Yogi(), 0.1f, 0.01, 1, new float[1], square);

        assertEquals(1 - 0.001 * 0.01, square[0], 1e-7);

        square[0] = 0.25f;
        move(new Yogi(), 0.5f, 0.01, 2, new float[1], square);

        assertEquals(0.25f, square[0]);
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            Yogi optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
