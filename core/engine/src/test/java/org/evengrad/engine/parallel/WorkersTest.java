package org.evengrad.engine.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that waits in vain would hang the test, hence the limit. */
@Timeout(20)
class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void everyWorkerDoesItsPartOnceInEachOfThousandsOfRuns(int count) {
        int rounds = count == 2 ? 3000 : 300;
        AtomicIntegerArray runs = new AtomicIntegerArray(count);
        try (Workers workers = new Workers(count)) {
            assertEquals(count, workers.count());
            for (int i = 1; i <= rounds; i++) {
                workers.run(runs::incrementAndGet);
                for (int worker = 0; worker < count; worker++) {
                    assertEquals(i, runs.get(worker), "when the run returns all have done it");
                }
            }
        }
    }

    @Test
    void theCallerIsWorkerZero() {
        Thread[] threads = new Thread[3];
        try (Workers workers = new Workers(3)) {
            workers.run(worker -> threads[worker] = Thread.currentThread());
        }
        assertSame(Thread.currentThread(), threads[0]);
        assertEquals("evengrad-worker-1", threads[1].getName());
        assertTrue(threads[2].isDaemon());
    }

    /** Plain arrays: what is written before a meeting must be seen behind it. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void behindAMeetingEveryWorkerSeesWhatAllWroteBefore(int count) {
        int meetings = count == 2 ? 500 : 50;
        long[] written = new long[count];
        long[] wrong = new long[count];
        try (Workers workers = new Workers(count)) {
            for (int run = 0; run < 4; run++) {
                workers.run(
                        worker -> {
                            for (int i = 1; i <= meetings; i++) {
                                written[worker] = i;
                                workers.meet();
                                for (long each : written) {
                                    wrong[worker] += each == i ? 0 : 1;
                                }
                                workers.meet();
                            }
                        });
            }
        }
        for (long each : wrong) {
            assertEquals(0, each);
        }
    }

    @Test
    void aSingleWorkerMeetsItself() {
        try (Workers workers = new Workers(1)) {
            workers.run(worker -> workers.meet());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aFailureReachesTheCallerAndFreesThoseThatMeet(int failing) {
        RuntimeException failure = new UnsupportedOperationException("broken");
        try (Workers workers = new Workers(3)) {
            for (int i = 0; i < 50; i++) {
                RuntimeException thrown =
                        assertThrows(
                                RuntimeException.class,
                                () ->
                                        workers.run(
                                                worker -> {
                                                    workers.meet();
                                                    if (worker == failing) {
                                                        throw failure;
                                                    }
                                                    workers.meet();
                                                }));
                assertSame(failure, thrown, "and not that of one who waited in vain");
            }
            AtomicIntegerArray runs = new AtomicIntegerArray(3);
            workers.run(
                    worker -> {
                        workers.meet();
                        runs.incrementAndGet(worker);
                    });
            assertEquals("[1, 1, 1]", runs.toString(), "and the workers go on");
        }
    }

    @Test
    void anErrorReachesTheCallerAsItIs() {
        Error error = new AssertionError("broken");
        try (Workers workers = new Workers(2)) {
            Workers.Task task =
                    worker -> {
                        if (worker == 1) {
                            throw error;
                        }
                    };
            assertSame(error, assertThrows(AssertionError.class, () -> workers.run(task)));
        }
    }

    @Test
    void isCalledFromOneThreadAfterTheOther() throws InterruptedException {
        AtomicIntegerArray runs = new AtomicIntegerArray(2);
        AtomicReference<Throwable> failed = new AtomicReference<>();
        try (Workers workers = new Workers(2)) {
            for (int i = 0; i < 20; i++) {
                Thread caller =
                        new Thread(
                                () ->
                                        workers.run(
                                                worker -> {
                                                    workers.meet();
                                                    runs.incrementAndGet(worker);
                                                }));
                caller.setUncaughtExceptionHandler((thread, thrown) -> failed.set(thrown));
                caller.start();
                caller.join();
            }
        }
        assertSame(null, failed.get());
        assertEquals("[20, 20]", runs.toString());
    }

    @Test
    void aRunWithinARunIsRefused() {
        try (Workers workers = new Workers(2)) {
            assertThrows(
                    IllegalStateException.class,
                    () -> workers.run(worker -> workers.run(other -> {})));
            workers.run(worker -> {});
        }
    }

    @Test
    void onlyWorkersMeet() {
        try (Workers workers = new Workers(2)) {
            workers.run(worker -> {});
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            CountDownLatch done = new CountDownLatch(1);
            workers.run(
                    worker -> {
                        if (worker == 1) {
                            Thread stranger =
                                    new Thread(
                                            () -> {
                                                try {
                                                    workers.meet();
                                                } catch (IllegalStateException e) {
                                                    thrown.set(e);
                                                }
                                                done.countDown();
                                            });
                            stranger.start();
                            try {
                                done.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                        workers.meet();
                    });
            assertTrue(thrown.get() instanceof IllegalStateException);
        }
    }

    @Test
    void closingEndsTheThreadsAndRefusesWork() throws InterruptedException {
        Thread[] threads = new Thread[3];
        Workers workers = new Workers(3);
        workers.run(worker -> threads[worker] = Thread.currentThread());
        workers.close();
        threads[1].join();
        threads[2].join();
        assertFalse(threads[1].isAlive());
        assertThrows(IllegalStateException.class, () -> workers.run(worker -> {}));
        workers.close();
    }

    /** Parked threads are woken by it. */
    @Test
    void closesWhatHasNeverRun() throws InterruptedException {
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        Workers workers = new Workers(2);
        Set<Thread> waiting = new HashSet<>(Thread.getAllStackTraces().keySet());
        waiting.removeAll(others);
        waiting.removeIf(thread -> !thread.getName().equals("evengrad-worker-1"));
        workers.close();
        for (Thread thread : waiting) {
            thread.join();
        }
        assertEquals(1, waiting.size());
    }

    @Test
    void refusesToBeNobody() {
        assertThrows(IllegalArgumentException.class, () -> new Workers(0));
    }
}
