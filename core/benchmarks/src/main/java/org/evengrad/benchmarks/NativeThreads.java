package org.evengrad.benchmarks;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** How many threads DL4J computes elementwise operations with. */
final class NativeThreads {
    private final NativeOps operations;
    private final int atFirst;

    /** Loads DL4J's native library. */
    NativeThreads() {
        Nd4j.factory();
        operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
        atFirst = operations.ompGetMaxThreads();
    }

    /** As many as DL4J chose. */
    void byDefault() {
        operations.setOmpNumThreads(atFirst);
    }

    /** One. */
    void one() {
        operations.setOmpNumThreads(1);
    }
}
