package org.evengrad.testkit;

/**
 * How near an optimizer is to get to the minimum of a test function.
 *
 * @param rate the learning rate of every step
 * @param steps how many steps it has
 * @param tolerance how far from the minimum it may end, as a share of the distance that it started
 *     at; at most a tenth
 * @param leftOut why it does not try; empty if it does
 * @since 0.1.0
 */
public record Goal(double rate, int steps, double tolerance, String leftOut) {
    private static final int MOST_STEPS = 20_000;
    private static final double LARGEST_TOLERANCE = 0.1;

    /** Checks the ranges. */
    public Goal {
        if (leftOut.isEmpty()) {
            require(rate > 0 && rate < Double.POSITIVE_INFINITY, "rate " + rate);
            require(steps > 0 && steps <= MOST_STEPS, steps + " steps");
            require(tolerance > 0 && tolerance <= LARGEST_TOLERANCE, "tolerance " + tolerance);
        }
        require(leftOut.isEmpty() || !leftOut.isBlank(), "left out without a reason");
    }

    private static void require(boolean holds, String found) {
        if (!holds) {
            throw new IllegalArgumentException(found);
        }
    }

    /** A goal that must be reached. */
    public static Goal reached(double rate, int steps, double tolerance) {
        return new Goal(rate, steps, tolerance, "");
    }

    /** A goal that this optimizer is not made for, and why. */
    public static Goal leftOut(String reason) {
        require(!reason.isBlank(), "left out without a reason");
        return new Goal(0, 0, 0, reason);
    }
}
