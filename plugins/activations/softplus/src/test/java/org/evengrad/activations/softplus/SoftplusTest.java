package org.evengrad.activations.softplus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.evengrad.testkit.SeededRandom;
import org.junit.jupiter.api.Test;

final class SoftplusTest implements ActivationContract<Softplus> {
    @Override
    public List<Softplus> strategies() {
        return List.of(new Softplus());
    }

    @Override
    public double value(Softplus softplus, double x) {
        return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    @Override
    public double slope(Softplus softplus, double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void differsFromItsMirrorImageByTheInput() {
        for (float x : SeededRandom.normal(1, 10_000, 3)) {
            assertEquals(x, (double) of(x) - of(-x), 1.5e-7 * Math.max(1, Math.abs(x)));
        }
    }

    @Test
    void staysAbove0() {
        for (float x : new float[] {-30, -80, -200, -1e30f, Float.NEGATIVE_INFINITY}) {
            assertTrue(of(x) > 0, "f(" + x + ") = " + of(x));
        }
    }

    private static float of(float x) {
        float[] y = {x};
        new Softplus().forward(y, y, 1);
        return y[0];
    }
}
