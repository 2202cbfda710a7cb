package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

class NativeThreadsTest {
    private NativeOps operations;
    private int blasAtFirst;
    private int openMpAtFirst;

    @BeforeEach
    void setKnownCounts() {
        blasAtFirst = blas(); // starts ND4J, before which there is no holder
        operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
        openMpAtFirst = openMp();
        Nd4j.factory().blas().setMaxThreads(2);
        operations.setOmpNumThreads(2);
    }

    @AfterEach
    void putBack() {
        Nd4j.factory().blas().setMaxThreads(blasAtFirst);
        operations.setOmpNumThreads(openMpAtFirst);
    }

    private int blas() {
        return Nd4j.factory().blas().getMaxThreads();
    }

    private int openMp() {
        return operations.ompGetMaxThreads();
    }

    @Test
    void areBorrowedAndGivenBack() {
        NativeThreads threads = NativeThreads.borrow(1);
        assertEquals(1, blas());
        assertEquals(1, openMp());
        threads.close();
        assertEquals(2, blas());
        assertEquals(2, openMp());
    }

    @Test
    void areGivenBackByTheLastBorrower() {
        NativeThreads first = NativeThreads.borrow(1);
        NativeThreads second = NativeThreads.borrow(2);
        assertEquals(1, blas());
        first.close();
        assertEquals(1, blas());
        assertEquals(1, openMp());
        second.close();
        assertEquals(2, blas());
        assertEquals(2, openMp());
    }

    @Test
    void closingTwiceGivesBackOnce() {
        NativeThreads first = NativeThreads.borrow(1);
        NativeThreads second = NativeThreads.borrow(1);
        first.close();
        first.close();
        assertEquals(1, blas());
        second.close();
        assertEquals(2, blas());
    }
}
