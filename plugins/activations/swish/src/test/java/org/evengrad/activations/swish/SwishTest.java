package org.evengrad.activations.swish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.evengrad.testkit.SeededRandom;
import org.junit.jupiter.api.Test;

final class SwishTest implements ActivationContract<Swish> {
    @Override
    public List<Swish> strategies() {
        return List.of(new Swish(), new Swish(1.7));
    }

    @Override
    public double value(Swish swish, double x) {
        double tail = Math.exp(-Math.abs(swish.beta() * x));
        return Math.max(0, x) - (tail == 0 ? 0 : Math.abs(x) * tail / (1 + tail));
    }

    @Override
    public double slope(Swish swish, double x) {
        double v = swish.beta() * x;
        double tail = Math.exp(-Math.abs(v));
        double bend = tail == 0 ? 0 : v * tail / Math.pow(1 + tail, 2);
        return 1 / (1 + Math.exp(-v)) + bend;
    }

    @Test
    void differsFromItsMirrorImageByTheInput() {
        for (float x : SeededRandom.normal(1, 10_000, 3)) {
            assertEquals(x, (double) of(x) - of(-x), 1.5e-7 * Math.max(1, Math.abs(x)));
        }
    }

    @Test
    void dipsToItsLowest() {
        float least = 0;
        float where = 0;
        for (float x = -3; x < 0; x += 1f / 1024) {
            if (of(x) < least) {
                least = of(x);
                where = x;
            }
        }
        assertEquals(-0.2784645, least, 1e-6);
        assertEquals(-1.2784645, where, 2e-3);
    }

    @Test
    void comesNearToReluWithALargeBeta() {
        float[] x = SeededRandom.normal(1, 1000, 2);
        float[] y = new float[1000];
        new Swish(1000).forward(x, y, 1000);
        for (int i = 0; i < 1000; i++) {
            assertEquals(Math.max(0, x[i]), y[i], 3e-4);
        }
    }

    private static float of(float x) {
        float[] y = {x};
        new Swish().forward(y, y, 1);
        return y[0];
    }
}
