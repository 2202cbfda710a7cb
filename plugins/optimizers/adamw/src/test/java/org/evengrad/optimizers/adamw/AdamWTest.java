package org.evengrad.optimizers.adamw;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;

final class AdamWTest implements OptimizerContract<AdamW> {
    @Override
    public List<AdamW> strategies() {
        return List.of(
                new AdamW(),
                new AdamW(0.01, 0.8, 0.99, 1e-4, 0.3),
                new AdamW(0.01, 0, 0.9, 1e-16, 0));
    }

    @Override
    public Reference reference(AdamW adamW, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] mean = new double[tensor.size()];
                    double[] square = new double[tensor.size()];
                    boolean shrinks = tensor.role() != Role.BIAS && tensor.role() != Role.NORM;
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            mean[i] = adamW.beta1() * mean[i] + (1 - adamW.beta1()) * gradient[i];
                            square[i] =
                                    adamW.beta2() * square[i]
                                            + (1 - adamW.beta2()) * gradient[i] * gradient[i];
                            double corrected = mean[i] / (1 - Math.pow(adamW.beta1(), step));
                            double root =
                                    Math.sqrt(square[i] / (1 - Math.pow(adamW.beta2(), step)));
                            double decay = shrinks ? adamW.weightDecay() * parameters[i] : 0;
                            parameters[i] -= rate * (corrected / (root + adamW.epsilon()) + decay);
                        }
                    };
                });
    }

    @Override
    public boolean decays(AdamW adamW) {
        return adamW.weightDecay() > 0;
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.1, 300, 0.01);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.02, 5_000, 0.02);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(0.05, 3_000, 0.02);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(0.5, 1_000, 0.01);
    }
}
