package org.evengrad.diagnosis.repair;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.evengrad.engine.train.StopRequest;

/** How long an attempt has taken, and when it has to end. */
final class Clock {
    private final LongSupplier nanos;
    private final long began;
    private final double budgetSeconds;
    private final StopRequest stop;

    /**
     * Begins to count.
     *
     * @param nanos a clock
     * @param budget empty: without a limit
     * @param stop ends it, too
     */
    Clock(LongSupplier nanos, Optional<Duration> budget, StopRequest stop) {
        this.nanos = nanos;
        this.stop = stop;
        began = nanos.getAsLong();
        budgetSeconds = budget.map(limit -> limit.toNanos() / 1e9).orElse(Double.POSITIVE_INFINITY);
    }

    LongSupplier nanos() {
        return nanos;
    }

    /** Seconds since it began. */
    double seconds() {
        return (nanos.getAsLong() - began) / 1e9;
    }

    /** Seconds that are left; infinite without a limit. */
    double left() {
        return budgetSeconds - seconds();
    }

    /** Whether everything has to end now. */
    boolean over() {
        return stop.requested() || left() <= 0;
    }
}
