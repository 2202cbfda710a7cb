package org.evengrad.engine.parallel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that do one task together, again and again, without allocating. The caller is worker 0.
 * Who waits spins for a moment and then parks, so that idle workers cost nothing.
 *
 * <p>One caller at a time; {@link #run} does not nest.
 */
public final class Workers implements AutoCloseable {
    /** About as long as it takes to wake a parked thread. */
    private static final int SPINS = 4_000;

    private final Seat[] seats;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile Task task;
    private volatile int round;
    private volatile int meeting;
    private volatile Throwable failure;
    private volatile boolean closed;

    /** What the workers do together. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does one worker's part.
         *
         * @param worker which one, from 0
         */
        void run(int worker);
    }

    /**
     * Starts threads that wait for work.
     *
     * @param count how many workers, the caller among them; at least 1
     */
    public Workers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("at least one worker, not " + count);
        }
        seats = new Seat[count];
        for (int i = 0; i < count; i++) {
            seats[i] = new Seat();
        }
        for (int i = 1; i < count; i++) {
            int worker = i;
            Thread thread = new Thread(() -> work(worker), "evengrad-worker-" + worker);
            thread.setDaemon(true);
            seats[i].thread = thread;
            thread.start();
        }
    }

    /** How many workers there are. */
    public int count() {
        return seats.length;
    }

    /**
     * Runs a task on every worker, and returns when all have done their part.
     *
     * @throws IllegalStateException if the workers were closed, or are at work on another task
     */
    public void run(Task shared) {
        if (seats.length == 1) {
            shared.run(0);
            return;
        }
        if (closed) {
            throw new IllegalStateException("the workers were closed");
        }
        if (task != null) {
            throw new IllegalStateException("the workers are at work");
        }
        seats[0].thread = Thread.currentThread();
        failure = null;
        arrived.set(0);
        running.set(seats.length - 1);
        task = shared;
        round++;
        wakeOthers(0);
        perform(shared, 0);
        awaitOthers();
        task = null;
        Throwable failed = failure;
        if (failed instanceof RuntimeException exception) {
            throw exception;
        }
        if (failed instanceof Error error) {
            throw error;
        }
    }

    /**
     * Within a task: waits until every worker is here. What a worker wrote before is visible to all
     * behind it.
     */
    public void meet() {
        if (seats.length == 1) {
            return;
        }
        Seat seat = seatOfCaller();
        int before = meeting;
        if (arrived.incrementAndGet() == seats.length) {
            arrived.set(0);
            meeting = before + 1;
            wakeOthers(-1);
            return;
        }
        for (int spins = 0; meeting == before; spins++) {
            if (failure != null) {
                throw new IllegalStateException("another worker failed");
            }
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                seat.parked = true;
                if (meeting == before && failure == null) {
                    LockSupport.park(this);
                }
                seat.parked = false;
            }
        }
    }

    private Seat seatOfCaller() {
        Thread caller = Thread.currentThread();
        for (Seat seat : seats) {
            if (seat.thread == caller) {
                return seat;
            }
        }
        throw new IllegalStateException("only workers meet");
    }

    private void perform(Task shared, int worker) {
        try {
            shared.run(worker);
        } catch (Throwable thrown) {
            synchronized (this) {
                // The first is the cause; the others fail because they wait for it in vain.
                if (failure == null) {
                    failure = thrown;
                }
            }
            wakeOthers(worker);
        }
    }

    private void awaitOthers() {
        Seat seat = seats[0];
        for (int spins = 0; running.get() > 0; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                seat.parked = true;
                if (running.get() > 0) {
                    LockSupport.park(this);
                }
                seat.parked = false;
            }
        }
    }

    private void work(int worker) {
        Seat seat = seats[worker];
        int seen = 0;
        while (true) {
            for (int spins = 0; round == seen && !closed; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    seat.parked = true;
                    if (round == seen && !closed) {
                        LockSupport.park(this);
                    }
                    seat.parked = false;
                }
            }
            if (closed) {
                return;
            }
            seen = round;
            perform(task, worker);
            if (running.decrementAndGet() == 0) {
                wake(seats[0]);
            }
        }
    }

    private void wakeOthers(int worker) {
        for (int i = 0; i < seats.length; i++) {
            if (i != worker) {
                wake(seats[i]);
            }
        }
    }

    private static void wake(Seat seat) {
        if (seat.parked) {
            LockSupport.unpark(seat.thread);
        }
    }

    /** Ends the threads. */
    @Override
    public void close() {
        closed = true;
        wakeOthers(0);
    }

    /** One worker's thread, and whether it needs to be woken. */
    private static final class Seat {
        private volatile Thread thread;
        private volatile boolean parked;
    }
}
