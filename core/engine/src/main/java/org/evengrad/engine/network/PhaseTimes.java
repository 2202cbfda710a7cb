package org.evengrad.engine.network;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** How long the phases of training steps took, added up. Adding allocates nothing. */
public final class PhaseTimes {
    private static final Phase[] PHASES = Phase.values();

    private final long[] nanos = new long[PHASES.length];

    /** A part of a step. */
    public enum Phase {
        /** Reading a batch into the network's memory. */
        BATCH,
        /** The network, from the batch to the loss. */
        FORWARD,
        /** The network, from the loss back to the first layer. */
        BACKWARD,
        /** The gradient of the parameters, where the network computes it apart from the rest. */
        WEIGHT_GRADIENT,
        /** What the network does besides, or all of it if it does not tell its phases apart. */
        NETWORK,
        /** Statistics and guards. */
        GUARDS,
        /** Moving the parameters, and measuring the move. */
        OPTIMIZER
    }

    /** Adds some time to a phase. */
    public void add(Phase phase, long moreNanos) {
        nanos[phase.ordinal()] += moreNanos;
    }

    /**
     * Adds to a phase what has passed since a moment, but for what other phases took of it.
     *
     * @param since the moment, from {@link System#nanoTime()}
     * @param totalThen {@link #total()} at that moment
     * @return now
     */
    public long addRest(Phase phase, long since, long totalThen) {
        long now = System.nanoTime();
        add(phase, now - since - (total() - totalThen));
        return now;
    }

    /** All phases together, in nanoseconds. */
    public long total() {
        long total = 0;
        for (long each : nanos) {
            total += each;
        }
        return total;
    }

    /** Forgets all. */
    public void clear() {
        Arrays.fill(nanos, 0);
    }

    /** Each phase's share of the whole, in the order of a step; empty if nothing took time. */
    public Map<Phase, Double> shares() {
        Map<Phase, Double> shares = new EnumMap<>(Phase.class);
        double total = total();
        for (Phase phase : PHASES) {
            if (total > 0) {
                shares.put(phase, nanos[phase.ordinal()] / total);
            }
        }
        return shares;
    }
}
