package org.evengrad.engine.executor;

import org.evengrad.engine.parallel.Workers;
import org.evengrad.engine.random.KeyedRandom;

/** What one thread computes with, so that layers share no memory by mistake. */
public final class Worker {
    /** Elements that are worked on at a time: a few arrays of them fit the first cache. */
    public static final int CHUNK = 4096;

    private static final int SLOTS = 8;

    private final int index;
    private final Workers workers;
    private final Products products = new Products();
    private final KeyedRandom random = new KeyedRandom();
    private final float[][] scratch = new float[SLOTS][CHUNK];
    private final Floats[] memory = new Floats[SLOTS];
    private final int[] integers = new int[CHUNK];

    Worker(int index, Workers workers) {
        this.index = index;
        this.workers = workers;
    }

    /** Which one this is, from 0. */
    public int index() {
        return index;
    }

    /** Its matrix products. */
    public Products products() {
        return products;
    }

    /** A generator, to be given a key. */
    public KeyedRandom random() {
        return random;
    }

    /**
     * Heap memory for the moment. Slots are a layer's own while it computes.
     *
     * @param slot from 0 to 6; 7 is for the errors that a value is given
     * @return at least {@link #CHUNK} floats and at least as many as asked for
     */
    public float[] scratch(int slot, int size) {
        if (scratch[slot].length < size) {
            scratch[slot] = new float[size];
        }
        return scratch[slot];
    }

    /**
     * Native memory for the moment, as {@link #scratch} is on the heap.
     *
     * @param slot from 0 to 7
     * @return at least as many floats as asked for
     */
    public Floats memory(int slot, int size) {
        if (memory[slot] == null || memory[slot].size() < size) {
            memory[slot] = Floats.allocate(size);
        }
        return memory[slot];
    }

    /** Heap memory for the moment: {@link #CHUNK} integers. */
    public int[] integers() {
        return integers;
    }

    /** Waits for the others that compute the same layer. */
    void meet() {
        workers.meet();
    }
}
