package org.evengrad.activations.gelu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.evengrad.testkit.SeededRandom;
import org.junit.jupiter.api.Test;

final class GeluTest implements ActivationContract<Gelu> {
    @Override
    public List<Gelu> strategies() {
        return List.of(new Gelu());
    }

    @Override
    public double value(Gelu gelu, double x) {
        return Math.max(0, x) - (Math.abs(x) > 40 ? 0 : Math.abs(x) * tail(Math.abs(x)));
    }

    @Override
    public double slope(Gelu gelu, double x) {
        double below = x > 0 ? 1 - tail(x) : tail(Math.abs(x));
        return below + (Math.abs(x) > 40 ? 0 : x * density(x));
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
        assertEquals(-0.16997121, least, 1e-6);
        assertEquals(-0.7517916, where, 2e-3);
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** Phi(-a): near 0 by the series of Phi, farther out by Laplace's continued fraction. */
    private static double tail(double a) {
        if (a < 3) {
            double term = a;
            double sum = a;
            for (int k = 3; term > 1e-18 * sum; k += 2) {
                term *= a * a / k;
                sum += term;
            }
            return 0.5 - density(a) * sum;
        }
        double fraction = a;
        for (int k = 30; k > 0; k--) {
            fraction = a + k / fraction;
        }
        return density(a) / fraction;
    }

    private static float of(float x) {
        float[] y = {x};
        new Gelu().forward(y, y, 1);
        return y[0];
    }
}
