package org.evengrad.activations.celu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class CeluTest implements ActivationContract<Celu> {
    @Override
    public List<Celu> strategies() {
        return List.of(new Celu(), new Celu(0.3));
    }

    @Override
    public double value(Celu celu, double x) {
        return Math.max(0, x) + Math.min(0, celu.alpha() * Math.expm1(x / celu.alpha()));
    }

    @Override
    public double slope(Celu celu, double x) {
        return x > 0 ? 1 : Math.exp(x / celu.alpha());
    }

    @Test
    void hasNoKinkWhateverItsAlpha() {
        for (double alpha : new double[] {0.1, 0.5, 2, 10}) {
            float[] x = {-1e-6f, 1e-6f};
            float[] y = new float[2];
            float[] slopes = {1, 1};
            new Celu(alpha).forward(x, y, 2);
            new Celu(alpha).backward(x, y, slopes, 2);

            assertEquals(slopes[1], slopes[0], 2e-5);
        }
    }

    @Test
    void fallsToMinusAlpha() {
        float[] y = {-20, -1e30f, Float.NEGATIVE_INFINITY};
        new Celu(0.3).forward(y, y, 3);
        for (float value : y) {
            assertEquals(-0.3f, value);
        }
    }
}
