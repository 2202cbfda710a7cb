package org.evengrad.benchmarks;

/** Keeps the shortest time; what else the machine does can only add to it. */
final class Quickest {
    private Quickest() {}

    /**
     * The shorter of two.
     *
     * @param before the shortest so far; 0 if there is none, which is how JMH clears a counter
     */
    static long of(long before, long now) {
        return before == 0 ? now : Math.min(before, now);
    }
}
