package org.evengrad.optimizers.radam;

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

final class RAdamTest implements OptimizerContract<RAdam> {
    @Override
    public List<RAdam> strategies() {
        return List.of(
                new RAdam(),
                new RAdam(0.01, 0.8, 0.99, 1e-4),
                new RAdam(0.01, 0, 0.9, 1e-16),
                new RAdam(0.01, 0.9, 0.5, 1e-8));
    }

    @Override
    public Reference reference(RAdam radam, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] mean = new double[tensor.size()];
                    double[] square = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            mean[i] = radam.beta1() * mean[i] + (1 - radam.beta1()) * gradient[i];
                            square[i] =
                                    radam.beta2() * square[i]
                                            + (1 - radam.beta2()) * gradient[i] * gradient[i];
                            double corrected = mean[i] / (1 - Math.pow(radam.beta1(), step));
                            double longest = 2 / (1 - radam.beta2()) - 1;
                            double power = Math.pow(radam.beta2(), step);
                            double length = longest - 2 * step * power / (1 - power);
                            if (length > 5) {
                                double above = (length - 4) * (length - 2) * longest;
                                double below = (longest - 4) * (longest - 2) * length;
                                double root = Math.sqrt(square[i] / (1 - power));
                                corrected *= Math.sqrt(above / below) / (root + radam.epsilon());
                            }
                            parameters[i] -= rate * corrected;
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
        return Goal.reached(0.005, 10_000, 0.001);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(2, 200, 0.005);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.5, 200, 0.001);
    }

    /** With beta2 = 0.999, rho(t) exceeds 5 from the sixth step on; r(6) is 0.026. */
    @Test
    void followsTheMomentumUntilTheVarianceIsKnown() {
        float[] mean = {0};
        float[] square = {0};
        for (int step = 1; step <= 6; step++) {
            float moved = move(new RAdam(), 50, 0.001, step - 1, mean, square);

            double expected = step < 6 ? -0.001 * 50 : -0.001 * 0.0258211;

            assertEquals(expected, moved, -1e-4 * expected, "step " + step);
        }
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            RAdam optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
