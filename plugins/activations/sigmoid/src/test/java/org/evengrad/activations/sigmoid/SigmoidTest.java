package org.evengrad.activations.sigmoid;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class SigmoidTest implements ActivationContract<Sigmoid> {
    @Override
    public List<Sigmoid> strategies() {
        return List.of(new Sigmoid());
    }

    @Override
    public double value(Sigmoid sigmoid, double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Override
    public double slope(Sigmoid sigmoid, double x) {
        return value(sigmoid, x) * value(sigmoid, -x);
    }

    @Test
    void keepsFallingFarOut() {
        float[] x = new float[89];
        for (int i = 0; i < x.length; i++) {
            x[i] = -i;
        }
        float[] y = new float[x.length];
        new Sigmoid().forward(x, y, x.length);
        for (int i = 1; i < x.length; i++) {
            assertTrue(0 < y[i] && y[i] < y[i - 1], "f(" + x[i] + ") = " + y[i]);
        }
    }
}
