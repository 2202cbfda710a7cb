package org.evengrad.activations.elu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class EluTest implements ActivationContract<Elu> {
    @Override
    public List<Elu> strategies() {
        return List.of(new Elu(), new Elu(1.7));
    }

    @Override
    public double value(Elu elu, double x) {
        return x > 0 ? x : elu.alpha() * Math.expm1(x);
    }

    @Override
    public double slope(Elu elu, double x) {
        return x > 0 ? 1 : elu.alpha() * Math.exp(x);
    }

    @Override
    public List<Double> kinks(Elu elu) {
        return elu.alpha() == 1 ? List.of() : List.of(0.0);
    }

    @Test
    void fallsToMinusAlpha() {
        float[] y = {-20, -1e30f, Float.NEGATIVE_INFINITY};
        new Elu(0.3).forward(y, y, 3);
        for (float value : y) {
            assertEquals(-0.3f, value);
        }
    }
}
