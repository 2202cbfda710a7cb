package org.evengrad.activations.relu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class ReluTest implements ActivationContract<Relu> {
    @Override
    public List<Relu> strategies() {
        return List.of(new Relu());
    }

    @Override
    public double value(Relu relu, double x) {
        return Math.max(0, x);
    }

    @Override
    public double slope(Relu relu, double x) {
        return Math.max(0, Math.signum(x));
    }

    @Override
    public List<Double> kinks(Relu activation) {
        return List.of(0.0);
    }

    @Test
    void hasSlopeOneAtTheSmallestFloat() {
        float[] x = {Float.MIN_VALUE};
        float[] gradient = {3};
        new Relu().backward(x, x, gradient, 1);

        assertArrayEquals(new float[] {3}, gradient);
    }
}
