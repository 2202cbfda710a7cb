package org.evengrad.diagnosis.repair;

import java.time.Duration;
import java.util.Optional;

/**
 * How far an attempt at a repair may go.
 *
 * @param budget how long it may take; empty: as long as the protocol takes
 * @param fullProof whether the proof takes five fresh seeds over the whole length
 */
public record RepairOptions(Optional<Duration> budget, boolean fullProof) {
    /** Without a limit, with the short proof. */
    public static final RepairOptions DEFAULTS = new RepairOptions(Optional.empty(), false);
}
