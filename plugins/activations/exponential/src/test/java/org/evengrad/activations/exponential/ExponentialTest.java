package org.evengrad.activations.exponential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class ExponentialTest implements ActivationContract<Exponential> {
    @Override
    public List<Exponential> strategies() {
        return List.of(new Exponential());
    }

    @Override
    public double value(Exponential exponential, double x) {
        return Math.exp(x);
    }

    @Override
    public double slope(Exponential exponential, double x) {
        double slope = Math.exp(x);
        return slope > Float.MAX_VALUE ? Double.POSITIVE_INFINITY : slope;
    }

    @Test
    void keepsItsDigitsFarOut() {
        for (float x = -87; x < 88.7; x += 0.01f) {
            double expected = Math.exp(x);
            assertEquals(expected, of(x), 2.4e-7 * expected);
        }
    }

    @Test
    void overflowsAndVanishesWhereTheFormulaDoes() {
        assertEquals(Float.MAX_VALUE, of(88.72283f), 1e-5 * Float.MAX_VALUE);
        assertEquals(Float.POSITIVE_INFINITY, of(88.72284f));
        assertEquals(Float.MIN_VALUE, of(-103.9f));
        assertEquals(0, of(-104));
    }

    private static float of(float x) {
        float[] y = {x};
        new Exponential().forward(y, y, 1);
        return y[0];
    }
}
