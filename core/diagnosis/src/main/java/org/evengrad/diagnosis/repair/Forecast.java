package org.evengrad.diagnosis.repair;

/** Says how much of the work is done, in steps, and when the rest may be. */
final class Forecast {
    /** Nobody reads faster. */
    private static final double SECONDS_BETWEEN = 0.25;

    private final Clock clock;
    private final RepairListener listener;
    private double stepsAhead;
    private double stepsDone;
    private double shown;
    private double shownAt = Double.NEGATIVE_INFINITY;

    Forecast(Clock clock, RepairListener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Replaces what was foreseen.
     *
     * @param steps from now to the end
     */
    void foresee(double steps) {
        stepsAhead = steps;
    }

    /** A step was taken. */
    void stepped() {
        stepsDone++;
        stepsAhead = Math.max(0, stepsAhead - 1);
        if (clock.seconds() - shownAt >= SECONDS_BETWEEN) {
            tell();
        }
    }

    /** Tells the listener. */
    void tell() {
        shownAt = clock.seconds();
        if (stepsDone == 0) {
            return;
        }
        // Work that turns up on the way must not make the bar run backward.
        shown = Math.max(shown, stepsDone / (stepsDone + stepsAhead));
        double left = stepsAhead * shownAt / stepsDone;
        listener.progressed(shown, Math.max(0, Math.min(left, clock.left())));
    }
}
