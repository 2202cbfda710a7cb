package org.evengrad.engine.executor;

/**
 * Some neighboring examples of a batch, for one worker. Layers work on the rows of a value that
 * belong to their shard; in a value with time steps those lie step by step, {@code
 * [steps][rows][width]}, one shard behind the other.
 */
public final class Shard {
    private final int index;
    private final int count;
    private final int from;
    private final int to;
    private final int all;
    private final int steps;
    private final Worker worker;

    /**
     * Cuts a batch.
     *
     * @param index which part this is
     * @param count of how many
     * @param all examples
     */
    Shard(int index, int count, int all, int steps, Worker worker) {
        this.index = index;
        this.count = count;
        this.all = all;
        this.steps = steps;
        from = (int) ((long) all * index / count);
        to = (int) ((long) all * (index + 1) / count);
        this.worker = worker;
    }

    /** Which one this is, from 0. */
    public int index() {
        return index;
    }

    /** Into how many the batch is cut. */
    public int count() {
        return count;
    }

    /** The first example's index in the batch. */
    public int from() {
        return from;
    }

    /** How many examples it has. */
    public int rows() {
        return to - from;
    }

    /** How many time steps the batch has; 1 if none. */
    public int steps() {
        return steps;
    }

    /** How many rows of a value it has: one for each example, or for each of its time steps. */
    public int rows(Value value) {
        return value.isSequence() ? rows() * steps : rows();
    }

    /** How many rows of a value all shards have together. */
    public int allRows(Value value) {
        return value.isSequence() ? all * steps : all;
    }

    /** Where its part of a value begins. */
    public int start(Value value) {
        return (value.isSequence() ? from * steps : from) * value.width();
    }

    /** What its thread computes with. */
    public Worker worker() {
        return worker;
    }

    /** Waits until all shards are here; what they wrote before is visible behind it. */
    public void meet() {
        if (count > 1) {
            worker.meet();
        }
    }
}
