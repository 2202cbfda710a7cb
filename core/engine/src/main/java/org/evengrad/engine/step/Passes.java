package org.evengrad.engine.step;

import java.util.concurrent.atomic.AtomicInteger;
import org.evengrad.engine.parallel.Workers;

/**
 * Goes over the model block by block, with all workers if it is large. Who takes which block is
 * open; a visit that leaves its numbers in a place of each chunk or block gives the same result for
 * any number of workers.
 */
final class Passes {
    /** Below so many elements one worker is done before a second one has begun. */
    private static final int SMALLEST_SHARED = 100_000;

    private final Workers workers;
    private final PassWorker[] seats;
    private final AtomicInteger nextBlock = new AtomicInteger();
    private final Workers.Task task = this::work;
    private Cut cut;
    private Visit visit;

    /** What is done with one block. */
    @FunctionalInterface
    interface Visit {
        /** Does it, with the memory of one worker. */
        void block(PassWorker worker, Cut cut, int block);
    }

    Passes(Layout layout, Workers workers, StepState at, long seed) {
        this.workers = workers;
        int count = layout.total() < SMALLEST_SHARED ? 1 : workers.count();
        seats = new PassWorker[count];
        for (int i = 0; i < count; i++) {
            seats[i] = new PassWorker(layout, at, seed);
        }
    }

    /** Makes room for the chunks of a cut and for copies of slots. */
    void reserve(Cut wanted, int copiedSlots) {
        for (PassWorker seat : seats) {
            seat.chunk.reserve(wanted.largest(), copiedSlots);
        }
    }

    /** Which of the reserved slots a strategy sees as its own in the next pass. */
    void showSlots(int first, int count) {
        for (PassWorker seat : seats) {
            seat.chunk.showSlots(first, count);
        }
    }

    /** Visits every block of a cut. */
    void run(Cut wanted, Visit wantedVisit) {
        if (seats.length == 1 || wanted.blocks() == 1) {
            for (int block = 0; block < wanted.blocks(); block++) {
                wantedVisit.block(seats[0], wanted, block);
            }
            return;
        }
        cut = wanted;
        visit = wantedVisit;
        nextBlock.set(0);
        workers.run(task);
    }

    private void work(int worker) {
        int blocks = cut.blocks();
        int block = nextBlock.getAndIncrement();
        while (block < blocks) {
            visit.block(seats[worker], cut, block);
            block = nextBlock.getAndIncrement();
        }
    }
}
