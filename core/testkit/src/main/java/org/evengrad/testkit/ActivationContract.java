package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Activation;
import org.junit.jupiter.api.Test;

/**
 * What every activation keeps to.
 *
 * @param <S> the activation's record
 * @since 0.1.0
 */
public interface ActivationContract<S extends Record & Activation> extends StrategyContract<S> {
    /** f in double precision, written from its source and not from the record. */
    double value(S activation, double x);

    /** The derivative of f in double precision. NaN at NaN, unless it is the same everywhere. */
    double slope(S activation, double x);

    /** Where f has a kink. */
    default List<Double> kinks(S activation) {
        return List.of();
    }

    /** How far the kernel may be off, in units of the last place of max(|f|, 0.001). */
    default double ulps() {
        return 2;
    }

    /** Agrees with the formula for floats of every size, and densely where f bends. */
    @Test
    default void agreesWithTheFormula() {
        for (S activation : strategies()) {
            for (float[] x : List.of(everySize(), dense())) {
                float[] y = new float[x.length];
                activation.forward(x, y, x.length);
                for (int i = 0; i < x.length; i++) {
                    double expected = value(activation, x[i]);
                    double unit = Math.ulp((float) Math.max(Math.abs(expected), 1e-3));
                    if (!(Math.abs(y[i] - expected) <= ulps() * unit)) {
                        assertEquals(expected, y[i], ulps() * unit, activation + " at " + x[i]);
                    }
                }
            }
        }
    }

    /** The backward pass multiplies by the slope, for floats of every size. */
    @Test
    default void multipliesTheGradientByTheSlope() {
        for (S activation : strategies()) {
            for (float[] x : List.of(everySize(), dense())) {
                float[] y = new float[x.length];
                activation.forward(x, y, x.length);
                float[] before = SeededRandom.normal(1, x.length, 1);
                float[] gradient = before.clone();
                activation.backward(x, y, gradient, x.length);
                for (int i = 0; i < x.length; i++) {
                    double slope = slope(activation, x[i]);
                    double tolerance = 1e-6 * Math.max(1, Math.abs(slope)) * Math.abs(before[i]);
                    double expected = slope * before[i];
                    if (!(Math.abs(gradient[i] - expected) <= tolerance)
                            && !kinks(activation).contains((double) x[i])) {
                        assertEquals(expected, gradient[i], tolerance, activation + " at " + x[i]);
                    }
                }
            }
        }
    }

    /** At a kink the slope lies between those on the two sides. */
    @Test
    default void hasASlopeBetweenBothSidesAtAKink() {
        for (S activation : strategies()) {
            for (double kink : kinks(activation)) {
                float[] x = {(float) kink};
                float[] y = new float[1];
                float[] gradient = {1};
                activation.forward(x, y, 1);
                activation.backward(x, y, gradient, 1);
                double left = slope(activation, kink - 1e-6);
                double right = slope(activation, kink + 1e-6);

                assertTrue(
                        gradient[0] >= (float) Math.min(left, right)
                                && gradient[0] <= (float) Math.max(left, right),
                        activation + " at " + kink + ": " + gradient[0]);
            }
        }
    }

    /** The slope that the test gives is that of the formula that it gives, and of the kernel. */
    @Test
    default void hasTheSlopeOfFiniteDifferences() {
        double narrow = 1e-5;
        float wide = 1f / 128;
        for (S activation : strategies()) {
            for (double x = -12.03; x < 12; x += 0.01) {
                if (isNearAKink(activation, x, wide)) {
                    continue;
                }
                double slope = slope(activation, x);
                double difference =
                        (value(activation, x + narrow) - value(activation, x - narrow))
                                / (2 * narrow);
                assertEquals(difference, slope, 1e-7 + 1e-6 * Math.abs(slope), "formula at " + x);

                float[] sides = {(float) x - wide, (float) x + wide};
                activation.forward(sides, sides, 2);
                double ofKernel = ((double) sides[1] - sides[0]) / (2 * wide);
                assertEquals(ofKernel, slope, 5e-4 * Math.max(1, Math.abs(x)), "kernel at " + x);
            }
        }
    }

    /** The forward pass may write over its input. */
    @Test
    default void worksInPlace() {
        float[] x = dense();
        for (S activation : strategies()) {
            float[] apart = new float[x.length];
            activation.forward(x, apart, x.length);
            float[] inPlace = x.clone();
            activation.forward(inPlace, inPlace, x.length);

            assertArrayEquals(apart, inPlace, activation::toString);
        }
    }

    /** Writes the elements that count and no others, whatever their number. */
    @Test
    default void keepsToTheSize() {
        for (S activation : strategies()) {
            for (int size = 0; size < 40; size++) {
                float[] x = SeededRandom.normal(size, 64, 2);
                float[] xBefore = x.clone();
                float[] y = filled(64);
                float[] gradient = filled(64);
                activation.forward(x, y, size);
                float[] yBefore = y.clone();
                activation.backward(x, y, gradient, size);

                assertArrayEquals(xBefore, x, "the input changed");
                assertArrayEquals(yBefore, y, "the output changed in the backward pass");
                for (int i = 0; i < 64; i++) {
                    double expected = i < size ? value(activation, x[i]) : 7;
                    assertEquals(expected, y[i], 1e-6 * Math.max(1, Math.abs(expected)));
                    double slope = i < size ? slope(activation, x[i]) : 1;
                    assertEquals(7 * slope, gradient[i], 1e-5 * Math.max(1, Math.abs(slope)));
                }
            }
        }
    }

    /** NaN in, NaN out, forward and backward. */
    @Test
    default void passesNaNOn() {
        for (S activation : strategies()) {
            float[] x = new float[33];
            Arrays.fill(x, Float.NaN);
            float[] y = new float[33];
            float[] gradient = filled(33);
            activation.forward(x, y, 33);
            activation.backward(x, y, gradient, 33);
            float[] nan = new float[33];
            Arrays.fill(nan, Float.NaN);

            assertArrayEquals(nan, y, activation::toString);
            if (Double.isNaN(slope(activation, Double.NaN))) {
                assertArrayEquals(nan, gradient, activation::toString);
            }
        }
    }

    /** The infinities give what the formula gives, never NaN. */
    @Test
    default void takesInfinities() {
        for (S activation : strategies()) {
            float[] x = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
            float[] y = new float[2];
            float[] gradient = {1, 1};
            activation.forward(x, y, 2);
            activation.backward(x, y, gradient, 2);
            for (int i = 0; i < 2; i++) {
                assertEquals(value(activation, x[i]), y[i], 1e-6, activation + " at " + x[i]);
                assertEquals(slope(activation, x[i]), gradient[i], 1e-6, "slope at " + x[i]);
            }
        }
    }

    private boolean isNearAKink(S activation, double x, double reach) {
        return kinks(activation).stream().anyMatch(kink -> Math.abs(kink - x) <= reach);
    }

    /** Finite floats of every size and sign: every 4099th bit pattern. */
    private static float[] everySize() {
        float[] values = new float[1 << 20];
        int count = 0;
        for (long bits = 0; bits < 1L << 32; bits += 4099) {
            float value = Float.intBitsToFloat((int) bits);
            if (Float.isFinite(value)) {
                values[count++] = value;
            }
        }
        return Arrays.copyOf(values, count);
    }

    private static float[] dense() {
        float[] values = new float[400_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i - 200_000) * 1e-4f;
        }
        return values;
    }

    private static float[] filled(int size) {
        float[] values = new float[size];
        Arrays.fill(values, 7);
        return values;
    }
}
