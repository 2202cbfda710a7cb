package org.evengrad.activations.selu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class SeluTest implements ActivationContract<Selu> {
    private static final double LAMBDA = 1.0507009873554804934193349852946;
    private static final double ALPHA = 1.6732632423543772848170429916717;

    @Override
    public List<Selu> strategies() {
        return List.of(new Selu());
    }

    @Override
    public double value(Selu selu, double x) {
        return LAMBDA * (x > 0 ? x : ALPHA * Math.expm1(x));
    }

    @Override
    public double slope(Selu selu, double x) {
        return LAMBDA * (x > 0 ? 1 : ALPHA * Math.exp(x));
    }

    @Override
    public List<Double> kinks(Selu selu) {
        return List.of(0.0);
    }

    /** What the paper derives its two constants from. */
    @Test
    void keepsMeanZeroAndVarianceOne() {
        double mean = 0;
        double variance = 0;
        double width = 1e-4;
        for (double z = -10 + width / 2; z < 10; z += width) {
            float[] y = {(float) z};
            new Selu().forward(y, y, 1);
            double weight = width * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
            mean += weight * y[0];
            variance += weight * y[0] * y[0];
        }
        assertEquals(0, mean, 1e-6);
        assertEquals(1, variance, 1e-6);
    }
}
