package org.evengrad.optimizers.lars;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayChunk;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.TensorRule;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class LarsTest implements OptimizerContract<Lars> {
    @Override
    public List<Lars> strategies() {
        return List.of(new Lars(), new Lars(0.01, 0, 0, 0.1), new Lars(0.02, 0.5, 0.3, 0.02));
    }

    @Override
    public Reference reference(Lars lars, List<Tensor> layout) {
        return Reference.ofTensors(layout, tensor -> rule(lars, tensor));
    }

    private static TensorRule rule(Lars lars, Tensor tensor) {
        boolean isVector = tensor.role() == Role.BIAS || tensor.role() == Role.NORM;
        double beta = isVector ? 0 : lars.weightDecay();
        double[] velocity = new double[tensor.size()];
        return (w, g, gamma, step) -> {
            double localRate =
                    isVector ? 1 : lars.trustCoefficient() * norm(w) / (norm(g) + beta * norm(w));
            for (int i = 0; i < w.length; i++) {
                velocity[i] =
                        lars.momentum() * velocity[i] + gamma * localRate * (g[i] + beta * w[i]);
                w[i] -= velocity[i];
            }
        };
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }

    @Override
    public boolean decays(Lars lars) {
        return lars.weightDecay() > 0;
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.3, 1000, 0.01);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(1, 4000, 0.01);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.leftOut(
                "a weight decay of 0.0005 moves the minimum where eigenvalues are 0.001");
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.3, 1000, 0.05);
    }

    @Test
    void movesATensorByAShareOfItsSizeWhateverTheGradient() {
        for (float gradient : new float[] {1e-6f, 1, 1e6f}) {
            float[] weights = {3, -4};
            new Lars(1, 0, 0, 0.01)
                    .update(
                            new ArrayChunk(
                                    Tensors.dense(0, 1, 2),
                                    0,
                                    2,
                                    weights,
                                    new float[] {gradient, 0},
                                    new float[2]),
                            ContextAt.step(0));
            assertEquals(2.95f, weights[0], 1e-6f);
            assertEquals(-4, weights[1]);
        }
    }

    @Test
    void leavesZero() {
        float[] weights = {0, 0};
        new Lars(1, 0, 0, 0.01)
                .update(
                        new ArrayChunk(
                                Tensors.dense(0, 1, 2),
                                0,
                                2,
                                weights,
                                new float[] {0.5f, 0},
                                new float[2]),
                        ContextAt.step(0));
        assertEquals(-0.5f, weights[0]);
    }
}
