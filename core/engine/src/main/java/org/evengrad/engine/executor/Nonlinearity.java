package org.evengrad.engine.executor;

import java.util.Arrays;
import org.evengrad.spi.Activation;

/** An activation, and what a layer may leave out for it. */
public final class Nonlinearity {
    private static final int TRIED = 257;

    private final Activation function;
    private final boolean identity;
    private final boolean readsInput;

    private Nonlinearity(Activation function, boolean identity, boolean readsInput) {
        this.function = function;
        this.identity = identity;
        this.readsInput = readsInput;
    }

    /** Tries an activation. */
    public static Nonlinearity of(Activation function) {
        float[] x = new float[TRIED];
        for (int i = 0; i < TRIED; i++) {
            x[i] = (i - TRIED / 2) / 16f;
        }
        float[] y = new float[TRIED];
        function.forward(x, y, TRIED);
        float[] unknown = new float[TRIED];
        Arrays.fill(unknown, Float.NaN);
        float[] slope = slope(function, x, y);
        float[] flat = new float[TRIED];
        Arrays.fill(flat, 1);
        return new Nonlinearity(
                function,
                Arrays.equals(x, y) && Arrays.equals(slope, flat),
                !Arrays.equals(slope, slope(function, unknown, y)));
    }

    private static float[] slope(Activation function, float[] x, float[] y) {
        float[] slope = new float[TRIED];
        Arrays.fill(slope, 1);
        function.backward(x, y, slope, TRIED);
        return slope;
    }

    /** Whether it changes nothing. */
    public boolean isIdentity() {
        return identity;
    }

    /** Whether its slope cannot be had from its output alone. */
    public boolean readsInput() {
        return readsInput;
    }

    /** Computes the outputs, which may replace the inputs. */
    public void forward(float[] x, float[] y, int size) {
        function.forward(x, y, size);
    }

    /** Multiplies errors by the slope. */
    public void backward(float[] x, float[] y, float[] error, int size) {
        function.backward(x, y, error, size);
    }
}
