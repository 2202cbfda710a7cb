package org.evengrad.engine.dl4j.signal;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.evengrad.spi.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An activation as signals meet it. */
final class Curve {
    static final Curve IDENTITY = new Curve(null, false, 1, false);

    private static final int TRIED = 2049;
    private static final float RANGE = 16;

    /** Where a bounded function has come near its bounds. */
    private static final float FAR = 1e4f;

    private final Computation function;
    private final boolean elementwise;
    private final double slopePeak;
    private final boolean bounded;

    /** What computes; it keeps the arrays that it is given. */
    private interface Computation {
        float[] forward(float[] z, long[] shape);

        /** Slopes times errors, which may become the result. */
        float[] backward(float[] z, float[] outputs, float[] errors, long[] shape);
    }

    private Curve(Computation function, boolean elementwise, double slopePeak, boolean bounded) {
        this.function = function;
        this.elementwise = elementwise;
        this.slopePeak = slopePeak;
        this.bounded = bounded;
    }

    /**
     * Looks at an activation.
     *
     * @param functions finds its function; without it DL4J computes
     */
    static Curve of(IActivation activation, Function<IActivation, Optional<Activation>> functions) {
        if (activation instanceof ActivationIdentity) {
            return IDENTITY;
        }
        Optional<Activation> found = functions.apply(activation);
        Computation function = found.isPresent() ? new Ours(found.get()) : new Theirs(activation);
        if (activation instanceof ActivationSoftmax) {
            // Each output depends on all inputs.
            return new Curve(function, false, 1, false);
        }
        float[] z = new float[TRIED];
        for (int i = 0; i < TRIED; i++) {
            z[i] = RANGE * (2f * i / (TRIED - 1) - 1);
        }
        long[] shape = {1, TRIED};
        double peak = 0;
        float[] outputs = function.forward(z, shape);
        for (float slope : function.backward(z, outputs, ones(TRIED), shape)) {
            peak = Math.max(peak, Math.abs(slope));
        }
        float[] ends = function.forward(new float[] {-FAR, FAR}, new long[] {1, 2});
        boolean bounded = Math.abs(ends[0]) < FAR / 100 && Math.abs(ends[1]) < FAR / 100;
        return new Curve(function, true, peak, bounded);
    }

    private static float[] ones(int size) {
        float[] ones = new float[size];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Whether each output depends on its own input alone, and not linearly. */
    boolean isElementwise() {
        return elementwise;
    }

    /** The largest magnitude of its slope. */
    double slopePeak() {
        return slopePeak;
    }

    /** Whether its outputs stay within bounds. */
    boolean isBounded() {
        return bounded;
    }

    /** What it gives; the very same array if it is the identity. */
    float[] forward(float[] z, long[] shape) {
        return function == null ? z : function.forward(z, shape);
    }

    /** The slopes where it gave some outputs; empty if there is not one for each. */
    float[] slopes(float[] z, float[] outputs, long[] shape) {
        return elementwise ? function.backward(z, outputs, ones(z.length), shape) : new float[0];
    }

    /** Slopes times errors, which may become the result. */
    float[] backward(float[] z, float[] slopes, float[] errors, long[] shape) {
        if (function == null) {
            return errors;
        }
        if (!elementwise) {
            return function.backward(z, forward(z, shape), errors, shape);
        }
        for (int i = 0; i < errors.length; i++) {
            errors[i] *= slopes[i];
        }
        return errors;
    }

    private record Ours(Activation activation) implements Computation {
        @Override
        public float[] forward(float[] z, long[] shape) {
            float[] outputs = new float[z.length];
            activation.forward(z, outputs, z.length);
            return outputs;
        }

        @Override
        public float[] backward(float[] z, float[] outputs, float[] errors, long[] shape) {
            activation.backward(z, outputs, errors, z.length);
            return errors;
        }
    }

    private record Theirs(IActivation activation) implements Computation {
        @Override
        public float[] forward(float[] z, long[] shape) {
            return floats(activation.getActivation(array(z, shape), false));
        }

        @Override
        public float[] backward(float[] z, float[] outputs, float[] errors, long[] shape) {
            return floats(activation.backprop(array(z, shape), array(errors, shape)).getFirst());
        }

        private static INDArray array(float[] values, long[] shape) {
            return Nd4j.createFromArray(values).reshape('c', shape);
        }

        private static float[] floats(INDArray array) {
            return array.dup('c').data().asFloat();
        }
    }
}
