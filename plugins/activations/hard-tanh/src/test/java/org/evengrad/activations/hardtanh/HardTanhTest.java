package org.evengrad.activations.hardtanh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class HardTanhTest implements ActivationContract<HardTanh> {
    @Override
    public List<HardTanh> strategies() {
        return List.of(new HardTanh());
    }

    @Override
    public double value(HardTanh hardTanh, double x) {
        return x < -1 ? -1 : x > 1 ? 1 : x;
    }

    @Override
    public double slope(HardTanh hardTanh, double x) {
        return Double.isNaN(x) ? x : x > -1 && x < 1 ? 1 : 0;
    }

    @Override
    public List<Double> kinks(HardTanh hardTanh) {
        return List.of(-1.0, 1.0);
    }

    @Test
    void hasSlopeOneUpToTheLastFloatBeforeAKink() {
        float[] x = {Math.nextUp(-1f), Math.nextDown(1f), Math.nextUp(1f)};
        float[] gradient = {3, 3, 3};
        new HardTanh().backward(x, x, gradient, 3);

        assertArrayEquals(new float[] {3, 3, 0}, gradient);
    }
}
