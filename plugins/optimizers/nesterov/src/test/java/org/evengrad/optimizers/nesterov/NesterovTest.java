package org.evengrad.optimizers.nesterov;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayModel;
import org.evengrad.testkit.Goal;
import org.evengrad.testkit.Objective;
import org.evengrad.testkit.OptimizerContract;
import org.evengrad.testkit.Reference;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class NesterovTest implements OptimizerContract<Nesterov> {
    @Override
    public List<Nesterov> strategies() {
        return List.of(new Nesterov(), new Nesterov(0.05, 0.5), new Nesterov(0.1, 0));
    }

    @Override
    public Reference reference(Nesterov nesterov, List<Tensor> layout) {
        return Reference.ofTensors(
                layout,
                tensor -> {
                    double[] velocity = new double[tensor.size()];
                    return (parameters, gradient, rate, step) -> {
                        for (int i = 0; i < parameters.length; i++) {
                            velocity[i] = nesterov.momentum() * velocity[i] + gradient[i];
                            parameters[i] -=
                                    rate * (gradient[i] + nesterov.momentum() * velocity[i]);
                        }
                    };
                });
    }

    @Override
    public Goal parabola() {
        return Goal.reached(0.2, 50, 0.001);
    }

    @Override
    public Goal rosenbrock() {
        return Goal.reached(0.001, 2_000, 0.001);
    }

    @Override
    public Goal illConditionedQuadratic() {
        return Goal.reached(1, 1_000, 1e-4);
    }

    @Override
    public Goal logisticRegression() {
        return Goal.reached(5, 200, 1e-4);
    }

    /**
     * Sutskever's form, v = momentum * v - rate * f'(w + momentum * v), w = w + v, visits with w +
     * momentum * v the points that are stored here.
     */
    @Test
    void trainsAtThePointThatSutskeverLooksAheadTo() {
        Objective parabola =
                new Objective() {
                    @Override
                    public double loss(double[][] w) {
                        return Math.pow(w[0][0] - 3, 2);
                    }

                    @Override
                    public double[][] gradient(double[][] w) {
                        return new double[][] {{2 * (w[0][0] - 3)}};
                    }
                };
        ArrayModel model =
                new ArrayModel(List.of(Tensors.dense(0, 1, 1)), new float[1][1], new Nesterov());
        double[][] w = {{0}};
        double v = 0;
        for (int step = 0; step < 50; step++) {
            double[][] ahead = {{w[0][0] + 0.9 * v}};

            assertEquals(ahead[0][0], model.parameters()[0][0], 1e-5);

            v = 0.9 * v - 0.02 * parabola.gradient(ahead)[0][0];
            w[0][0] += v;
            model.run(parabola, 0.02);
        }
    }
}
