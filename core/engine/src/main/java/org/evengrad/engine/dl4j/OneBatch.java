package org.evengrad.engine.dl4j;

import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;

/** One batch that stays, whatever an iterator does. */
record OneBatch(Batch batch) implements Batches {
    @Override
    public int examples() {
        return batch.rows();
    }

    @Override
    public int perEpoch() {
        return 1;
    }

    @Override
    public Batch get(int epoch, int index) {
        return batch;
    }
}
