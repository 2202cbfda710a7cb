package org.evengrad.activations.tanh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.evengrad.testkit.SeededRandom;
import org.junit.jupiter.api.Test;

final class TanhTest implements ActivationContract<Tanh> {
    @Override
    public List<Tanh> strategies() {
        return List.of(new Tanh());
    }

    @Override
    public double value(Tanh tanh, double x) {
        return Math.tanh(x);
    }

    @Override
    public double slope(Tanh tanh, double x) {
        return 1 - Math.pow(Math.tanh(x), 2);
    }

    @Test
    void keepsAllDigitsOfSmallInputs() {
        float[] x = {1e-3f, -1e-7f, 1e-20f};
        float[] y = new float[3];
        new Tanh().forward(x, y, 3);

        for (int i = 0; i < 3; i++) {
            assertEquals(Math.tanh(x[i]), y[i], 1e-7 * Math.abs(x[i]));
        }
    }

    @Test
    void neverLeavesItsBounds() {
        float[] x = SeededRandom.spread(1, 100_000, -1, 2);
        float[] y = new float[x.length];
        new Tanh().forward(x, y, x.length);
        for (float value : y) {
            assertTrue(Math.abs(value) <= 1, "tanh gave " + value);
        }
    }
}
