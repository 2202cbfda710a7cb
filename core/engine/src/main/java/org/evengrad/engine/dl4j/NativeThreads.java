package org.evengrad.engine.dl4j;

import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Borrows the process-wide thread counts of ND4J and its BLAS, and gives them back when the last
 * borrower closes. All borrowers at a time get the count of the first.
 */
final class NativeThreads implements AutoCloseable {
    /** Borrows nothing: the counts stay what they are. */
    static final int AS_THEY_ARE = 0;

    private static final Object LOCK = new Object();
    private static int borrowers;
    private static int blasBefore;
    private static int openMpBefore;

    private boolean closed;

    private NativeThreads() {}

    /**
     * Sets the threads of matrix products. Elementwise operations get one: on the sizes that a step
     * works on, waking other threads costs more than they bring.
     *
     * @param threads how many, or {@link #AS_THEY_ARE}
     */
    static NativeThreads borrow(int threads) {
        if (threads == AS_THEY_ARE) {
            NativeThreads none = new NativeThreads();
            none.closed = true;
            return none;
        }
        synchronized (LOCK) {
            Blas blas = Nd4j.factory().blas();
            NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
            if (borrowers++ == 0) {
                blasBefore = blas.getMaxThreads();
                openMpBefore = operations.ompGetMaxThreads();
                blas.setMaxThreads(threads);
            }
            operations.setOmpNumThreads(1);
            return new NativeThreads();
        }
    }

    @Override
    public void close() {
        synchronized (LOCK) {
            if (!closed && --borrowers == 0) {
                Nd4j.factory().blas().setMaxThreads(blasBefore);
                NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(openMpBefore);
            }
            closed = true;
        }
    }
}
