package org.evengrad.activations.relu6;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class Relu6Test implements ActivationContract<Relu6> {
    @Override
    public List<Relu6> strategies() {
        return List.of(new Relu6());
    }

    @Override
    public double value(Relu6 relu6, double x) {
        return Math.min(Math.max(x, 0), 6);
    }

    @Override
    public double slope(Relu6 relu6, double x) {
        return Double.isNaN(x) ? x : x > 0 && x < 6 ? 1 : 0;
    }

    @Override
    public List<Double> kinks(Relu6 relu6) {
        return List.of(0.0, 6.0);
    }

    @Test
    void hasSlopeOneFromTheSmallestFloatUpToTheLastBeforeSix() {
        float[] x = {0, Float.MIN_VALUE, Math.nextDown(6f), 6};
        float[] gradient = {3, 3, 3, 3};
        new Relu6().backward(x, x, gradient, 4);

        assertArrayEquals(new float[] {0, 3, 3, 0}, gradient);
    }
}
