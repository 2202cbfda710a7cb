package org.evengrad.testkit;

import org.evengrad.spi.GradientStatistics;

/**
 * Statistics of a gradient, computed anew from the arrays at each call. Allocates nothing.
 *
 * @since 0.1.0
 */
public final class ArrayStatistics implements GradientStatistics {
    private final float[][] gradient;
    private final float[][] parameters;

    /**
     * Statistics of a model.
     *
     * @param gradient one array for each tensor, not copied
     * @param parameters one array for each tensor, not copied
     */
    public ArrayStatistics(float[][] gradient, float[][] parameters) {
        this.gradient = gradient;
        this.parameters = parameters;
    }

    /** Statistics of a model whose parameters do not matter. */
    public static ArrayStatistics of(float[]... gradient) {
        return new ArrayStatistics(gradient, gradient);
    }

    @Override
    public double sumOfSquares(int tensor) {
        return squares(gradient[tensor]);
    }

    @Override
    public double largest(int tensor) {
        double largest = 0;
        for (float value : gradient[tensor]) {
            if (Float.isFinite(value)) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }

    @Override
    public long zeros(int tensor) {
        long zeros = 0;
        for (float value : gradient[tensor]) {
            zeros += value == 0 ? 1 : 0;
        }
        return zeros;
    }

    @Override
    public long nonFinite(int tensor) {
        long count = 0;
        for (float value : gradient[tensor]) {
            count += Float.isFinite(value) ? 0 : 1;
        }
        return count;
    }

    @Override
    public double parameterSumOfSquares(int tensor) {
        return squares(parameters[tensor]);
    }

    @Override
    public double globalNorm() {
        double sum = 0;
        for (float[] values : gradient) {
            sum += squares(values);
        }
        return Math.sqrt(sum);
    }

    private static double squares(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum;
    }
}
