package org.evengrad.optimizers.sgd;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;

final class SgdTest implements OptimizerContract<Sgd> {
    @Override
    public List<Sgd> strategies() {
        return List.of(new Sgd(), new Sgd(0.2));
    }

    @Override
    public Reference reference(Sgd sgd, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor ->
                        (parameters, gradient, rate, step) -> {
                            for (int i = 0; i < parameters.length; i++) {
                                parameters[i] -= rate * gradient[i];
                            }
                        });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.5, 50, 1e-5);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.002, 5_000, 0.02);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(1, 3_000, 0.03);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(5, 100, 0.001);
    }
}
