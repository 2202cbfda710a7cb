package org.evengrad.engine.network;

import java.util.List;
import java.util.Optional;

/**
 * One pass over a batch, array by array.
 *
 * @param loss the mean loss over the batch's terms
 * @param ranges the parameters, then what arose in order, up to the first array with a NaN or an
 *     infinity; all arrays if there is none
 * @param bad where the first one arose; empty if there is none
 */
public record PassTrace(double loss, List<ValueRange> ranges, Optional<BadValue> bad) {
    /** Keeps a copy. */
    public PassTrace {
        ranges = List.copyOf(ranges);
    }
}
