package org.evengrad.activations.hardsigmoid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class HardSigmoidTest implements ActivationContract<HardSigmoid> {
    @Override
    public List<HardSigmoid> strategies() {
        return List.of(new HardSigmoid(), new HardSigmoid(1.0 / 6), new HardSigmoid(0.3));
    }

    @Override
    public double value(HardSigmoid hardSigmoid, double x) {
        return Math.min(1, Math.max(0, hardSigmoid.slope() * x + 0.5));
    }

    @Override
    public double slope(HardSigmoid hardSigmoid, double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        double line = hardSigmoid.slope() * x + 0.5;
        return line > 0 && line < 1 ? hardSigmoid.slope() : 0;
    }

    @Override
    public List<Double> kinks(HardSigmoid hardSigmoid) {
        return List.of(-0.5 / hardSigmoid.slope(), 0.5 / hardSigmoid.slope());
    }

    @Test
    void isFlatFromTwoAndAHalfOn() {
        float[] x = {-2.5f, -2.4999998f, 2.4999998f, 2.5f};
        float[] y = new float[4];
        float[] gradient = {1, 1, 1, 1};
        HardSigmoid hardSigmoid = new HardSigmoid();
        hardSigmoid.forward(x, y, 4);
        hardSigmoid.backward(x, y, gradient, 4);

        assertArrayEquals(new float[] {0, 4.7683716e-8f, 0.99999994f, 1}, y);
        assertArrayEquals(new float[] {0, 0.2f, 0.2f, 0}, gradient);
    }
}
