package org.evengrad.engine.plan;

import java.util.Optional;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.network.Network.Batch;

/**
 * The examples of one part of the data, batch by batch. The same epoch and index give the same
 * batch.
 */
public interface Batches {
    /** How many examples there are. */
    int examples();

    /** How many batches one pass over the examples has. */
    int perEpoch();

    /**
     * A batch, filled. It is good until the next call.
     *
     * @param epoch from 0
     * @param index from 0 to {@code perEpoch() - 1}
     */
    Batch get(int epoch, int index);

    /**
     * Whether a batch can be trained on without the one before it, so that a run may be interrupted
     * in front of it.
     *
     * @param index from 0 to {@code perEpoch() - 1}
     */
    default boolean standsAlone(int index) {
        return true;
    }

    /**
     * Whether batches can be asked for out of turn: not if that moves on what they come from, as an
     * iterator.
     */
    default boolean inAnyOrder() {
        return false;
    }

    /**
     * The rows of the data set that a batch holds; empty if there is no such data set.
     *
     * @param epoch from 0
     * @param index from 0 to {@code perEpoch() - 1}
     */
    default Optional<DataPart> rows(int epoch, int index) {
        return Optional.empty();
    }

    /**
     * The same rows in the order in which they lie in the batch.
     *
     * @param epoch from 0
     * @param index from 0 to {@code perEpoch() - 1}
     */
    default Optional<int[]> rowOrder(int epoch, int index) {
        return Optional.empty();
    }
}
