package org.evengrad.engine.step;

import org.evengrad.spi.GradientStatistics;

/** Statistics of the mean gradient, tensor by tensor, gathered chunk by chunk. */
final class Statistics implements GradientStatistics {
    private final double[] sumOfSquares;
    private final double[] largest;
    private final long[] zeros;
    private final long[] nonFinite;
    private final double[] parameterSumOfSquares;

    Statistics(int tensors) {
        sumOfSquares = new double[tensors];
        largest = new double[tensors];
        zeros = new long[tensors];
        nonFinite = new long[tensors];
        parameterSumOfSquares = new double[tensors];
    }

    /** Forgets the gradient; what is known of the parameters stays. */
    void clear() {
        for (int t = 0; t < sumOfSquares.length; t++) {
            sumOfSquares[t] = 0;
            largest[t] = 0;
            zeros[t] = 0;
            nonFinite[t] = 0;
        }
    }

    /** Takes over the numbers of the same model. */
    void copyFrom(Statistics other) {
        int tensors = sumOfSquares.length;
        System.arraycopy(other.sumOfSquares, 0, sumOfSquares, 0, tensors);
        System.arraycopy(other.largest, 0, largest, 0, tensors);
        System.arraycopy(other.zeros, 0, zeros, 0, tensors);
        System.arraycopy(other.nonFinite, 0, nonFinite, 0, tensors);
        System.arraycopy(other.parameterSumOfSquares, 0, parameterSumOfSquares, 0, tensors);
    }

    /**
     * Adds one chunk of a tensor's gradient.
     *
     * @param factor what the values are to be multiplied by
     */
    void add(int tensor, float[] values, int size, double factor) {
        float most = Sums.largest(values, size);
        if (!(most <= Float.MAX_VALUE)) {
            nonFinite[tensor] += Sums.nonFinite(values, size);
            most = Sums.largestFinite(values, size);
            sumOfSquares[tensor] = Double.NaN;
        } else {
            sumOfSquares[tensor] += Sums.ofSquares(values, size) * factor * factor;
        }
        largest[tensor] = Math.max(largest[tensor], most * factor);
        zeros[tensor] += Sums.zeros(values, size);
    }

    /**
     * Adds one chunk of a tensor's gradient, for its norm and for whether it is finite: a third of
     * the work of {@link #add}.
     */
    void addToNorm(int tensor, float[] values, int size, double factor) {
        double sum = Sums.ofSquares(values, size);
        if (sum <= Double.MAX_VALUE) {
            sumOfSquares[tensor] += sum * factor * factor;
        } else {
            nonFinite[tensor] += Sums.nonFinite(values, size);
            sumOfSquares[tensor] = Double.NaN;
        }
    }

    /** Follows a guard that multiplied a tensor's gradient. */
    void scale(int tensor, double factor) {
        sumOfSquares[tensor] *= factor * factor;
        largest[tensor] *= Math.abs(factor);
    }

    void parameterSumOfSquares(int tensor, double sum) {
        parameterSumOfSquares[tensor] = sum;
    }

    @Override
    public double sumOfSquares(int tensor) {
        return sumOfSquares[tensor];
    }

    @Override
    public double largest(int tensor) {
        return largest[tensor];
    }

    @Override
    public long zeros(int tensor) {
        return zeros[tensor];
    }

    @Override
    public long nonFinite(int tensor) {
        return nonFinite[tensor];
    }

    @Override
    public double parameterSumOfSquares(int tensor) {
        return parameterSumOfSquares[tensor];
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
