package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/** Counts what code allocates on the heap. */
final class Allocations {
    private static final int ROUNDS = 8;
    private static final int CALLS = 2_000;

    private Allocations() {}

    /**
     * Fails unless some round of many calls allocates less than a byte a call.
     *
     * @param code gets the number of the call within its round
     */
    static void assertNone(Object what, IntConsumer code) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        // The first rounds warm up: the JIT and lazy linking allocate.
        for (int round = 0; round < ROUNDS && bytes >= CALLS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < CALLS; call++) {
                code.accept(call);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(bytes < CALLS, what + " allocates " + bytes + " in " + CALLS + " calls");
    }
}
