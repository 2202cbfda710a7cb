package org.evengrad.optimizers.lamb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

final class LambTest implements OptimizerContract<Lamb> {
    @Override
    public List<Lamb> strategies() {
        return List.of(
                new Lamb(),
                new Lamb(0.001, 0.8, 0.99, 1e-4, 0.3, 0, 2),
                new Lamb(1e-4, 0, 0.9, 0.1, 0, 4, 1000));
    }

    @Override
    public Reference reference(Lamb lamb, List<Tensor> layout) {
        return Reference.ofTensors(layout, tensor -> rule(lamb, tensor));
    }

    private static TensorRule rule(Lamb lamb, Tensor tensor) {
        boolean isVector = tensor.role() == Role.BIAS || tensor.role() == Role.NORM;
        double[] m = new double[tensor.size()];
        double[] v = new double[tensor.size()];
        return (x, g, rate, step) -> {
            double[] r = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                m[i] = lamb.beta1() * m[i] + (1 - lamb.beta1()) * g[i];
                v[i] = lamb.beta2() * v[i] + (1 - lamb.beta2()) * g[i] * g[i];
                double corrected = m[i] / (1 - Math.pow(lamb.beta1(), step));
                double root = Math.sqrt(v[i] / (1 - Math.pow(lamb.beta2(), step)));
                r[i] = corrected / (root + lamb.epsilon());
                r[i] += isVector ? 0 : lamb.weightDecay() * x[i];
            }
            double phi = Math.max(lamb.smallestNorm(), Math.min(norm(x), lamb.largestNorm()));
            double trust = isVector ? 1 : phi / norm(r);
            for (int i = 0; i < x.length; i++) {
                x[i] -= rate * trust * r[i];
            }
        };
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }

    @Override
    public boolean decays(Lamb lamb) {
        return lamb.weightDecay() > 0;
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.003, 2000, 0.01);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.003, 8000, 0.05);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.003, 2000, 0.1);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.003, 2000, 0.05);
    }

    @Test
    void movesATensorByAShareOfItsSize() {
        float[] weights = {3, -4};
        step(new Lamb().withLearningRate(0.1), weights, new float[] {0.5f, -0.2f});

        assertEquals(0.1 * 5, Math.hypot(weights[0] - 3, weights[1] + 4), 1e-5);
    }

    @Test
    void takesAdamsStepFromZero() {
        float[] weights = {0, 0};
        step(new Lamb().withLearningRate(0.1), weights, new float[] {0.5f, -0.2f});

        assertEquals(-0.1f, weights[0], 1e-5f);
        assertEquals(0.1f, weights[1], 1e-5f);
    }

    @Test
    void refusesALargestNormBelowTheSmallest() {
        IllegalArgumentException refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Lamb(0.01, 0.9, 0.999, 1e-6, 0, 2, 1));
        assertTrue(refusal.getMessage().contains("largest-norm"), refusal.getMessage());
    }

    private static void step(Lamb lamb, float[] weights, float[] gradient) {
        lamb.update(
                new ArrayChunk(
                        Tensors.dense(0, 1, 2),
                        0,
                        2,
                        weights,
                        gradient,
                        new float[2],
                        new float[2]),
                ContextAt.step(0).withRate(lamb.learningRate()));
    }
}
