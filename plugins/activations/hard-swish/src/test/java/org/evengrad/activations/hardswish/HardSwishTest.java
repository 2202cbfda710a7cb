package org.evengrad.activations.hardswish;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class HardSwishTest implements ActivationContract<HardSwish> {
    @Override
    public List<HardSwish> strategies() {
        return List.of(new HardSwish());
    }

    @Override
    public double value(HardSwish hardSwish, double x) {
        return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6;
    }

    @Override
    public double slope(HardSwish hardSwish, double x) {
        return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
    }

    @Override
    public List<Double> kinks(HardSwish hardSwish) {
        return List.of(-3.0, 3.0);
    }

    @Test
    void hasTheOuterSlopeAtBothKinks() {
        float[] x = {-3, 3};
        float[] gradient = {1, 1};
        new HardSwish().backward(x, x, gradient, 2);

        assertArrayEquals(new float[] {0, 1}, gradient);
    }
}
