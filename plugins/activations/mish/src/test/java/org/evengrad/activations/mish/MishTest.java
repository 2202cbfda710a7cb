package org.evengrad.activations.mish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class MishTest implements ActivationContract<Mish> {
    @Override
    public List<Mish> strategies() {
        return List.of(new Mish());
    }

    @Override
    public double value(Mish mish, double x) {
        return x < -700 ? 0 : x * Math.tanh(softplus(x));
    }

    @Override
    public double slope(Mish mish, double x) {
        double tanh = Math.tanh(softplus(x));
        double bend = Math.abs(x) > 40 ? 0 : x * (1 - tanh * tanh) / (1 + Math.exp(-x));
        return tanh + bend;
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
        assertEquals(-0.3088434, least, 1e-6);
        assertEquals(-1.1924312, where, 2e-3);
    }

    private static double softplus(double x) {
        return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static float of(float x) {
        float[] y = {x};
        new Mish().forward(y, y, 1);
        return y[0];
    }
}
