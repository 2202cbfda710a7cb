package org.evengrad.engine.dl4j.layers;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Lets tests of tiny networks compute on one thread: waking others takes most of the time. */
final class OneThread implements BeforeAllCallback, AfterAllCallback {
    private int blasBefore;
    private int openMpBefore;

    @Override
    public void beforeAll(ExtensionContext context) {
        // The factory first: it loads the backend, which brings the operations.
        blasBefore = Nd4j.factory().blas().getMaxThreads();
        NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
        openMpBefore = operations.ompGetMaxThreads();
        Nd4j.factory().blas().setMaxThreads(1);
        operations.setOmpNumThreads(1);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Nd4j.factory().blas().setMaxThreads(blasBefore);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(openMpBefore);
    }
}
