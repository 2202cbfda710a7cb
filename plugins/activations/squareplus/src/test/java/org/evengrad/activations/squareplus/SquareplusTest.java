package org.evengrad.activations.squareplus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class SquareplusTest implements ActivationContract<Squareplus> {
    @Override
    public List<Squareplus> strategies() {
        return List.of(new Squareplus(), new Squareplus(0.3));
    }

    @Override
    public double value(Squareplus squareplus, double x) {
        if (Double.isInfinite(x)) {
            return Math.max(0, x);
        }
        double root = Math.hypot(x, Math.sqrt(squareplus.b()));
        return x > 0 ? (x + root) / 2 : squareplus.b() / (2 * (root - x));
    }

    @Override
    public double slope(Squareplus squareplus, double x) {
        double root = Math.hypot(x, Math.sqrt(squareplus.b()));
        return Double.isInfinite(root)
                ? (1 + Math.signum(x)) / 2
                : x > 0 ? (1 + x / root) / 2 : squareplus.b() / (2 * root * (root - x));
    }

    @Test
    void isOneAndHasHalfTheSlopeAtZero() {
        float[] y = new float[1];
        float[] gradient = {1};
        new Squareplus().forward(new float[1], y, 1);
        new Squareplus().backward(new float[1], y, gradient, 1);

        assertArrayEquals(new float[] {1}, y);
        assertArrayEquals(new float[] {0.5f}, gradient);
    }
}
