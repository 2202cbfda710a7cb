package org.evengrad.operations;

import org.evengrad.engine.network.PassTrace;
import org.evengrad.engine.run.BadBatch;

/**
 * A step of a run that was computed once more.
 *
 * @param recorded what the run kept of it
 * @param trace the pass as it is now
 */
public record ReplayedStep(BadBatch recorded, PassTrace trace) {
    /** Whether the NaN or the infinity is there again. */
    public boolean isBad() {
        return trace.bad().isPresent();
    }
}
