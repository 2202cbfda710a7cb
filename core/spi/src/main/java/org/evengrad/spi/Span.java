package org.evengrad.spi;

/**
 * A part of training: {@code 5%} of it, {@code 500 steps}, or {@code 2 epochs}.
 *
 * @param amount how many of the unit, zero or more
 * @param unit what is counted
 * @since 0.1.0
 */
public record Span(double amount, Unit unit) {
    /** No time at all. */
    public static final Span ZERO = new Span(0, Unit.STEPS);

    /**
     * Checks the amount.
     *
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public Span {
        if (!(amount >= 0) || Double.isInfinite(amount)) {
            throw new IllegalArgumentException("a span is zero or more, not " + amount);
        }
    }

    /**
     * The span in steps, rounded to the nearest.
     *
     * @param horizon what a percentage and an epoch are measured by
     */
    public long steps(Horizon horizon) {
        return Math.round(
                switch (unit) {
                    case PERCENT -> amount / 100 * horizon.steps();
                    case STEPS -> amount;
                    case EPOCHS -> amount * horizon.stepsPerEpoch();
                });
    }

    /** The way a configuration writes it: {@code 5%}, {@code 500 steps}, {@code 2 epochs}. */
    @Override
    public String toString() {
        String number =
                amount == Math.rint(amount) && amount < 1e15
                        ? Long.toString((long) amount)
                        : Double.toString(amount);
        return switch (unit) {
            case PERCENT -> number + "%";
            case STEPS -> number + " steps";
            case EPOCHS -> number + " epochs";
        };
    }

    /** What a span counts. */
    public enum Unit {
        /** Hundredths of the planned steps. */
        PERCENT,
        /** Steps. */
        STEPS,
        /** Passes over the training data. */
        EPOCHS
    }
}
