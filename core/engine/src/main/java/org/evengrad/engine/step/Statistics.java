package org.evengrad.engine.step;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.evengrad.engine.network.Network;
import org.evengrad.spi.GradientStatistics;

/**
 * Statistics of the mean gradient, tensor by tensor. The sums of squares are there at every step;
 * the rest is read off the gradient when somebody asks.
 */
final class Statistics implements GradientStatistics {
    private static final int UNKNOWN = -1;

    private final Layout layout;
    private final FloatBuffer gradient;
    private final double[] sumOfSquares;
    private final double[] factors;
    private final double[] largest;
    private final long[] zeros;
    private final long[] nonFinite;
    private final IntToDoubleFunction parameterSumOfSquares;
    private final float[] chunk = new float[Cut.CHUNK];

    /**
     * For a network's gradient.
     *
     * @param parameterSumOfSquares tells that of a tensor's parameters
     */
    Statistics(Layout layout, FloatBuffer gradient, IntToDoubleFunction parameterSumOfSquares) {
        this.layout = layout;
        this.gradient = gradient;
        this.parameterSumOfSquares = parameterSumOfSquares;
        int tensors = layout.count();
        sumOfSquares = new double[tensors];
        factors = new double[tensors];
        largest = new double[tensors];
        zeros = new long[tensors];
        nonFinite = new long[tensors];
    }

    /** Takes over the numbers of the same model. */
    void copyFrom(Statistics other) {
        int tensors = sumOfSquares.length;
        System.arraycopy(other.sumOfSquares, 0, sumOfSquares, 0, tensors);
        System.arraycopy(other.factors, 0, factors, 0, tensors);
        System.arraycopy(other.largest, 0, largest, 0, tensors);
        System.arraycopy(other.zeros, 0, zeros, 0, tensors);
        System.arraycopy(other.nonFinite, 0, nonFinite, 0, tensors);
    }

    /**
     * Describes a gradient that the network has just computed.
     *
     * @param mean what turns it into the mean
     */
    void measure(Network network, double mean) {
        network.gradientSquares(sumOfSquares);
        describe(mean);
    }

    /** Describes a gradient that guards rewrote; it is the mean already. */
    void measured(double[] squares) {
        System.arraycopy(squares, 0, sumOfSquares, 0, squares.length);
        describe(1);
    }

    private void describe(double factor) {
        for (int t = 0; t < sumOfSquares.length; t++) {
            double sum = sumOfSquares[t];
            boolean finite = sum <= Double.MAX_VALUE;
            sumOfSquares[t] = finite ? sum * factor * factor : Double.NaN;
            nonFinite[t] = finite ? 0 : UNKNOWN;
        }
        Arrays.fill(factors, factor);
        Arrays.fill(largest, UNKNOWN);
        Arrays.fill(zeros, UNKNOWN);
    }

    /** Follows a guard that multiplied a tensor's gradient. */
    void scale(int tensor, double factor) {
        sumOfSquares[tensor] *= factor * factor;
        factors[tensor] *= factor;
    }

    @Override
    public double sumOfSquares(int tensor) {
        return sumOfSquares[tensor];
    }

    @Override
    public double largest(int tensor) {
        if (largest[tensor] == UNKNOWN) {
            largest[tensor] = findLargest(tensor);
        }
        return largest[tensor] * Math.abs(factors[tensor]);
    }

    private float findLargest(int tensor) {
        float most = 0;
        for (int from = 0; from < layout.size(tensor); from += chunk.length) {
            int size = load(tensor, from);
            float found = Sums.largest(chunk, size);
            most = Math.max(most, isFinite(found) ? found : Sums.largestFinite(chunk, size));
        }
        return most;
    }

    @Override
    public long zeros(int tensor) {
        if (zeros[tensor] == UNKNOWN) {
            long count = 0;
            for (int from = 0; from < layout.size(tensor); from += chunk.length) {
                count += Sums.zeros(chunk, load(tensor, from));
            }
            zeros[tensor] = count;
        }
        return zeros[tensor];
    }

    @Override
    public long nonFinite(int tensor) {
        if (nonFinite[tensor] == UNKNOWN) {
            long count = 0;
            for (int from = 0; from < layout.size(tensor); from += chunk.length) {
                count += Sums.nonFinite(chunk, load(tensor, from));
            }
            nonFinite[tensor] = count;
        }
        return nonFinite[tensor];
    }

    private static boolean isFinite(float magnitude) {
        return magnitude <= Float.MAX_VALUE;
    }

    private int load(int tensor, int from) {
        int size = Math.min(chunk.length, layout.size(tensor) - from);
        gradient.get(layout.offset(tensor) + from, chunk, 0, size);
        return size;
    }

    @Override
    public double parameterSumOfSquares(int tensor) {
        return parameterSumOfSquares.applyAsDouble(tensor);
    }

    @Override
    public double globalNorm() {
        double sum = 0;
        for (double square : sumOfSquares) {
            sum += square;
        }
        return Math.sqrt(sum);
    }
}
