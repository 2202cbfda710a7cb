package org.evengrad.engine.train;

/** A way to ask a training loop, from another thread, to end after the step that it is in. */
public final class StopRequest {
    private volatile boolean requested;

    /** Asks. */
    public void request() {
        requested = true;
    }

    /** Whether someone asked. */
    public boolean requested() {
        return requested;
    }
}
