package org.evengrad.optimizers.lion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayChunk;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class LionTest implements OptimizerContract<Lion> {
    @Override
    public List<Lion> strategies() {
        return List.of(new Lion(), new Lion(0.01, 0.8, 0.95, 0.3), new Lion(0.001, 0, 0.5, 0.1));
    }

    @Override
    public Reference reference(Lion lion, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] momentum = new double[tensor.size()];
                    boolean shrinks = tensor.role() != Role.BIAS && tensor.role() != Role.NORM;
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            double direction =
                                    lion.beta1() * momentum[i] + (1 - lion.beta1()) * gradient[i];
                            double decay = shrinks ? lion.weightDecay() * parameters[i] : 0;
                            parameters[i] -= rate * (Math.signum(direction) + decay);
                            momentum[i] =
                                    lion.beta2() * momentum[i] + (1 - lion.beta2()) * gradient[i];
                        }
                    };
                });
    }

    @Override
    public boolean decays(Lion lion) {
        return lion.weightDecay() > 0;
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.002, 1_000, 0.005);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.002, 2_000, 0.02);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.001, 2_000, 0.01);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.002, 2_000, 0.005);
    }

    @Test
    void movesByTheRateWhateverTheGradient() {
        for (float gradient : new float[] {1e-44f, 1e-30f, 1, 1e38f, Float.POSITIVE_INFINITY}) {
            assertEquals(-0.25f, move(new Lion(), gradient, 0.25, 0, new float[1]));
            assertEquals(0.25f, move(new Lion(), -gradient, 0.25, 0, new float[1]));
        }
        assertEquals(0, move(new Lion(), 0, 0.25, 0, new float[1]));
    }

    /** Takes a step from 0 with a memory, and gives the new parameter. */
    private static float move(
            Lion optimizer, float gradient, double rate, long updates, float[]... state) {
        float[] parameters = {0};
        ArrayChunk chunk =
                new ArrayChunk(
                        Tensors.dense(0, 1, 1), 0, 1, parameters, new float[] {gradient}, state);
        optimizer.update(chunk, ContextAt.step(updates).withUpdates(updates).withRate(rate));
        return parameters[0];
    }
}
