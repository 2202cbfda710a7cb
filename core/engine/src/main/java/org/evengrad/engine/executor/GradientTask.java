package org.evengrad.engine.executor;

/**
 * Computes neighboring elements of the gradient, over the whole batch. Tasks run in any order and
 * on any worker, each on one.
 */
public interface GradientTask {
    /** Where in the flat gradient its elements begin. */
    int from();

    /** How many elements it writes; all of them belong to one tensor. */
    int size();

    /** Whether its elements are no gradient but what a running statistic is to lose. */
    default boolean isStatistic() {
        return false;
    }

    /**
     * Writes them.
     *
     * @param shards those of the pass
     */
    void run(Pass pass, Shard[] shards, Worker worker);
}
