package org.evengrad.cli;

import java.util.concurrent.CountDownLatch;
import org.evengrad.engine.train.StopRequest;

/**
 * Lets Ctrl-C end a run cleanly: the process waits until the step is over and everything is
 * written.
 */
final class Interruption {
    private final StopRequest stop = new StopRequest();
    private final CountDownLatch written = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "evengrad-interruption");

    private Interruption() {}

    static Interruption listen() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void interrupt() {
        stop.request();
        boolean waiting = true;
        while (waiting) {
            try {
                written.await();
                waiting = false;
            } catch (InterruptedException again) {
                // Nothing may cut the writing short: keep waiting.
                continue;
            }
        }
    }

    StopRequest stop() {
        return stop;
    }

    /** The run has written everything. */
    void done() {
        written.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // Ctrl-C it was: the hook is already running, and may now end.
            stop.request();
        }
    }
}
