package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Worker;

/** A gradient of which each shard has its part: their sum, in their order. */
final class ShardSum implements GradientTask {
    private final Floats gradient;
    private final PerShard sums;
    private final int from;
    private final int size;

    /** Elements of the gradient from an index on. */
    ShardSum(Floats gradient, PerShard sums, int from, int size) {
        this.gradient = gradient;
        this.sums = sums;
        this.from = from;
        this.size = size;
    }

    @Override
    public int from() {
        return from;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void run(Pass pass, Shard[] shards, Worker worker) {
        worker.products().copy(size, sums.of(shards[0]), 0, gradient, from);
        for (int i = 1; i < shards.length; i++) {
            worker.products().add(size, sums.of(shards[i]), 0, gradient, from);
        }
    }
}
