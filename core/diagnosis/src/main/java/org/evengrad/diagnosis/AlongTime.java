package org.evengrad.diagnosis;

import java.util.OptionalInt;
import org.evengrad.engine.network.TimeSignal;

/** How far back in time a recurrent layer's gradients reach. */
final class AlongTime {
    /** A gradient with less than this share of its size counts as gone. */
    static final double GONE = 1e-3;

    private AlongTime() {}

    /** The first lag at which it is gone; empty if it never is. */
    static OptionalInt horizon(TimeSignal time) {
        for (int lag = 1; lag < time.logGain().size(); lag++) {
            if (time.logGain().get(lag) < Math.log(GONE)) {
                return OptionalInt.of(lag);
            }
        }
        return OptionalInt.empty();
    }

    /** The largest growth at any lag. */
    static double growth(TimeSignal time) {
        return Math.exp(
                time.logGain().stream()
                        .mapToDouble(Double::doubleValue)
                        .filter(log -> !Double.isNaN(log))
                        .max()
                        .orElse(0));
    }

    /** By whose doing. */
    static String cause(TimeSignal time) {
        if (time.gated()) {
            return "gates";
        }
        double carried = Math.log(time.carriedGain());
        double remaining = Math.log(time.remainingGain());
        return carried / (carried + remaining) >= 0.6 ? Blame.ACTIVATION : "recurrent-weights";
    }
}
