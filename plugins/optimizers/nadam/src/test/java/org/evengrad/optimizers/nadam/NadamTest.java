package org.evengrad.optimizers.nadam;

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

final class NadamTest implements OptimizerContract<Nadam> {
    @Override
    public List<Nadam> strategies() {
        return List.of(
                new Nadam(),
                new Nadam(0.01, 0.8, 0.99, 1e-4, 0.5),
                new Nadam(0.01, 0, 0.9, 1e-16, 0),
                new Nadam(0.01, 0.99, 0.999, 1e-8, 2));
    }

    @Override
    public Reference reference(Nadam nadam, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] mean = new double[tensor.size()];
                    double[] square = new double[tensor.size()];
                    double[] product = {1};
                    return (parameters, gradient, rate, step) -> {
                        double psi = nadam.momentumDecay();
                        double mu = nadam.beta1() * (1 - 0.5 * Math.pow(0.96, step * psi));
                        double next = nadam.beta1() * (1 - 0.5 * Math.pow(0.96, (step + 1) * psi));
                        product[0] *= mu;
                        for (int i = 0; i < parameters.length; i++) {
                            mean[i] = nadam.beta1() * mean[i] + (1 - nadam.beta1()) * gradient[i];
                            square[i] =
                                    nadam.beta2() * square[i]
                                            + (1 - nadam.beta2()) * gradient[i] * gradient[i];
                            double ahead =
                                    next * mean[i] / (1 - product[0] * next)
                                            + (1 - mu) * gradient[i] / (1 - product[0]);
                            double root =
                                    Math.sqrt(square[i] / (1 - Math.pow(nadam.beta2(), step)));
                            parameters[i] -= rate * ahead / (root + nadam.epsilon());
                        }
                    };
                });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.05, 200, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.01, 5_000, 0.005);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.02, 2_000, 0.001);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.05, 500, 0.001);
    }

    /** The product of the momentum of all steps is the same as if it were remembered. */
    @Test
    void knowsTheProductOfItsMomentumInAnyStep() {
        for (Nadam nadam :
                List.of(
                        new Nadam(),
                        new Nadam(0.01, 0.99, 0.9, 1e-8, 2),
                        new Nadam(0.01, 0.9999, 0.9, 1e-8, 1),
                        new Nadam(0.01, 0.9, 0.9, 1e-8, 0))) {
            double product = 1;
            for (int step = 1; step <= 3000; step++) {
                double mu = momentum(nadam, step);
                double next = momentum(nadam, step + 1);
                product *= mu;
                if (step % 100 == 1) {
                    double mean = 1 - nadam.beta1();
                    double ahead = next * mean / (1 - product * next) + (1 - mu) / (1 - product);
                    double root =
                            Math.sqrt((1 - nadam.beta2()) / (1 - Math.pow(nadam.beta2(), step)));
                    float moved = move(nadam, 1, 1, step - 1, new float[1], new float[1]);

                    assertEquals(
                            -ahead / (root + 1e-8),
                            moved,
                            1e-5 * ahead / root,
                            nadam + ", " + step);
                }
            }
        }
    }

    private static double momentum(Nadam nadam, int step) {
        return nadam.beta1() * (1 - 0.5 * Math.pow(0.96, step * nadam.momentumDecay()));
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            Nadam optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
