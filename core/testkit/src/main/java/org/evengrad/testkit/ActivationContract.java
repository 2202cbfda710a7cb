package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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

    /**
     * Agrees with the formula within two units of the last place of max(|f|, 0.001), for floats of
     * every size and densely where f bends. With the system property {@code evengrad.full}, for
     * every float there is.
     */
    @Test
    default void agreesWithTheFormula() {
        for (S activation : strategies()) {
            everySize(Boolean.getBoolean("evengrad.full") ? 1 : 4099)
                    .forEach(x -> checkValues(activation, x));
            checkValues(activation, dense());
        }
    }

    private void checkValues(S activation, float[] x) {
        float[] y = new float[x.length];
        activation.forward(x, y, x.length);
        for (int i = 0; i < x.length; i++) {
            if (Float.isNaN(x[i])) {
                assertEquals(Float.NaN, y[i], activation + " at NaN");
                continue;
            }
            double expected = value(activation, x[i]);
            double size = Math.min(Math.max(Math.abs(expected), 1e-3), Float.MAX_VALUE);
            check(expected, y[i], 2 * Math.ulp((float) size), activation, x[i]);
        }
    }

    /** The backward pass multiplies by the slope, for floats of every size. */
    @Test
    default void multipliesTheGradientByTheSlope() {
        for (S activation : strategies()) {
            everySize(4099).forEach(x -> checkSlopes(activation, x));
            checkSlopes(activation, dense());
        }
    }

    private void checkSlopes(S activation, float[] x) {
        float[] y = new float[x.length];
        activation.forward(x, y, x.length);
        float[] before = new float[x.length];
        for (int i = 0; i < before.length; i++) {
            before[i] = 2 - i % 5;
        }
        float[] gradient = before.clone();
        activation.backward(x, y, gradient, x.length);
        List<Double> kinks = kinks(activation);
        for (int i = 0; i < x.length; i++) {
            if (Float.isFinite(x[i]) && !kinks.contains((double) x[i])) {
                double slope = slope(activation, x[i]);
                double size = Math.min(Math.max(1, Math.abs(slope)), Float.MAX_VALUE);
                double tolerance = 1e-6 * size * Math.abs(before[i]);
                check(slope * before[i], gradient[i], tolerance, activation, x[i]);
            }
        }
    }

    /** What is too large for a float is infinite. */
    private static void check(
            double expected, float actual, double tolerance, Object activation, float x) {
        boolean overflows =
                Math.abs(expected) + tolerance > Float.MAX_VALUE
                        && actual == Math.signum(expected) * Double.POSITIVE_INFINITY;
        if (!overflows && !(Math.abs(actual - expected) <= tolerance)) {
            assertEquals(expected, actual, tolerance, activation + " at " + x);
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
        float wide = 1f / 2048;
        for (S activation : strategies()) {
            // Not at 0, where the second derivative of some jumps.
            for (double x = -12.033; x < 12; x += 0.01) {
                if (isNearAKink(activation, x, wide)) {
                    continue;
                }
                double slope = slope(activation, x);
                double difference =
                        (value(activation, x + narrow) - value(activation, x - narrow))
                                / (2 * narrow);
                assertEquals(difference, slope, 1e-7 + 1e-6 * Math.abs(slope), "formula at " + x);

                float[] sides = {(float) x - wide, (float) x + wide};
                double distance = (double) sides[1] - sides[0];
                activation.forward(sides, sides, 2);
                double ofKernel = ((double) sides[1] - sides[0]) / distance;
                double size = Math.max(Math.max(1, Math.abs(x)), Math.abs(slope));
                assertEquals(ofKernel, slope, 1e-3 * size, "kernel at " + x);
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

    /** Gives the same bits for a piece as for the whole. */
    @Test
    default void doesNotDependOnTheSizeOfAPiece() {
        int size = 1003;
        for (S activation : strategies()) {
            float[] x = SeededRandom.normal(1, size, 3);
            float[] y = new float[size];
            float[] gradient = SeededRandom.normal(2, size, 1);
            float[] before = gradient.clone();
            activation.forward(x, y, size);
            activation.backward(x, y, gradient, size);
            for (int from = 0; from < size; from += 17) {
                int to = from + 17;
                float[] xPiece = Arrays.copyOfRange(x, from, to);
                float[] yPiece = new float[17];
                float[] gradientPiece = Arrays.copyOfRange(before, from, to);
                activation.forward(xPiece, yPiece, 17);
                activation.backward(xPiece, yPiece, gradientPiece, 17);

                assertArrayEquals(Arrays.copyOfRange(y, from, to), yPiece);
                assertArrayEquals(Arrays.copyOfRange(gradient, from, to), gradientPiece);
            }
        }
    }

    /** For a network of any depth there is a form of it, which stays as it is when tuned again. */
    @Test
    default void isTunedOnce() {
        for (S activation : strategies()) {
            for (int depth : new int[] {1, 2, 10, 300}) {
                Activation tuned = activation.tuned(depth);

                assertEquals(activation.getClass(), tuned.getClass());
                assertEquals(tuned, tuned.tuned(depth));
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

    /** Every so many bit patterns, of all 2^32, in blocks; NaN and the infinities among them. */
    private static Stream<float[]> everySize(int stride) {
        int inBlock = 1 << 14;
        long count = ((1L << 32) + stride - 1) / stride;
        return LongStream.range(0, (count + inBlock - 1) / inBlock)
                .parallel()
                .mapToObj(
                        block -> {
                            long first = block * inBlock;
                            float[] values = new float[(int) Math.min(inBlock, count - first)];
                            for (int i = 0; i < values.length; i++) {
                                values[i] = Float.intBitsToFloat((int) ((first + i) * stride));
                            }
                            return values;
                        });
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
