package org.evengrad.diagnosis;

import java.util.OptionalDouble;

/**
 * What a learning-rate range test covers.
 *
 * @param from the least rate; empty: far below the plan's own
 * @param to the largest rate; empty: far above the plan's own
 * @param steps of one order of batches, at least 20
 * @param orders of batches, at least 1
 */
public record RangeOptions(OptionalDouble from, OptionalDouble to, int steps, int orders) {
    /** Five orders of a hundred steps. */
    public static final RangeOptions DEFAULTS =
            new RangeOptions(OptionalDouble.empty(), OptionalDouble.empty(), 100, 5);

    /** Fewer give no curve. */
    public static final int FEWEST_STEPS = 20;

    private static final double LEAST = 1e-7;
    private static final double LARGEST = 10;
    private static final double BELOW_CURRENT = 100;
    private static final double ABOVE_CURRENT = 10;
    private static final double NARROWEST = 1e3;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a rate is not positive and finite, the least is not below
     *     the largest, or there are too few steps or orders
     */
    public RangeOptions {
        requirePositive(from);
        requirePositive(to);
        if (from.isPresent() && to.isPresent() && from.getAsDouble() >= to.getAsDouble()) {
            throw new IllegalArgumentException(
                    "from " + from.getAsDouble() + " is not below to " + to.getAsDouble());
        }
        if (steps < FEWEST_STEPS || orders < 1) {
            throw new IllegalArgumentException(
                    "steps >= " + FEWEST_STEPS + ", orders >= 1: " + steps + ", " + orders);
        }
    }

    private static void requirePositive(OptionalDouble rate) {
        if (rate.isPresent() && !(rate.getAsDouble() > 0 && Double.isFinite(rate.getAsDouble()))) {
            throw new IllegalArgumentException("not a positive rate: " + rate.getAsDouble());
        }
    }

    /** The rates of a plan whose own is {@code current}, evenly spaced on a logarithmic axis. */
    double[] rates(double current) {
        double least =
                from.orElse(
                        Math.min(
                                Math.min(LEAST, positive(current) / BELOW_CURRENT),
                                to.orElse(LARGEST) / NARROWEST));
        double largest =
                to.orElse(
                        Math.max(
                                Math.max(LARGEST, positive(current) * ABOVE_CURRENT),
                                least * NARROWEST));
        double[] rates = new double[steps];
        for (int i = 0; i < steps; i++) {
            rates[i] = least * Math.pow(largest / least, (double) i / (steps - 1));
        }
        rates[steps - 1] = largest;
        return rates;
    }

    /** A rate of zero says nothing about the range. */
    private static double positive(double current) {
        return current > 0 ? current : 1e-3;
    }
}
