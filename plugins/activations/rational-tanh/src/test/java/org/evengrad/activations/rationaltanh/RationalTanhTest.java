package org.evengrad.activations.rationaltanh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class RationalTanhTest implements ActivationContract<RationalTanh> {
    @Override
    public List<RationalTanh> strategies() {
        return List.of(new RationalTanh());
    }

    @Override
    public double value(RationalTanh rationalTanh, double x) {
        double v = Math.abs(2 * x / 3);
        double sum = v + v * v + 1.41645 * Math.pow(v, 4);
        // 1 - 1 / (1 + sum) would lose the digits of small inputs.
        return 1.7159 * Math.signum(x) * (Double.isInfinite(sum) ? 1 : sum / (1 + sum));
    }

    @Override
    public double slope(RationalTanh rationalTanh, double x) {
        double v = Math.abs(2 * x / 3);
        double sum = 1 + v + v * v + 1.41645 * Math.pow(v, 4);
        return v > 1e30
                ? 0
                : 1.7159 * 2 / 3 * (1 + 2 * v + 4 * 1.41645 * Math.pow(v, 3)) / (sum * sum);
    }

    @Test
    void staysNearTheScaledTanh() {
        for (float x = -6; x <= 6; x += 0.125f) {
            float[] y = new float[1];
            new RationalTanh().forward(new float[] {x}, y, 1);

            assertEquals(1.7159 * Math.tanh(2 * x / 3), y[0], 0.03 * 1.7159, "at " + x);
        }
    }
}
