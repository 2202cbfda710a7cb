package org.evengrad.optimizers.adabelief;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayChunk;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class AdaBeliefTest implements OptimizerContract<AdaBelief> {
    @Override
    public List<AdaBelief> strategies() {
        return List.of(
                new AdaBelief(),
                new AdaBelief(0.01, 0.8, 0.99, 1e-8),
                new AdaBelief(0.01, 0.5, 0.9, 1e-4));
    }

    @Override
    public Reference reference(AdaBelief adaBelief, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] mean = new double[tensor.size()];
                    double[] surprise = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            mean[i] =
                                    adaBelief.beta1() * mean[i]
                                            + (1 - adaBelief.beta1()) * gradient[i];
                            double difference = gradient[i] - mean[i];
                            surprise[i] =
                                    adaBelief.beta2() * surprise[i]
                                            + (1 - adaBelief.beta2()) * difference * difference
                                            + adaBelief.epsilon();
                            double corrected = mean[i] / (1 - Math.pow(adaBelief.beta1(), step));
                            double root =
                                    Math.sqrt(
                                            surprise[i] / (1 - Math.pow(adaBelief.beta2(), step)));
                            parameters[i] -= rate * corrected / (root + adaBelief.epsilon());
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
        return Goal.reached(0.05, 200, 0.001);
    }

    /** Adam's steps would be as long as the rate. */
    @Test
    void takesLongStepsWhereGradientsAreAsExpected() {
        float[] mean = {0};
        float[] surprise = {0};
        float moved = 0;
        for (int step = 0; step < 100; step++) {
            moved = move(new AdaBelief(), 1, 0.001, step, mean, surprise);
        }

        assertTrue(moved < -0.004, "moved by " + moved);
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            AdaBelief optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
