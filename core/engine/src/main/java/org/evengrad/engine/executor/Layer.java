package org.evengrad.engine.executor;

import java.util.List;

/**
 * Computes some values from others, and on the way back their errors. Methods that take a shard run
 * on all shards at once. Nothing allocates, but for {@link #prepare} at a larger batch.
 */
public interface Layer {
    /** Called once, when all layers are there and it is known who reads what. */
    default void connect() {}

    /** Makes room for a pass. */
    default void prepare(Pass pass) {}

    /** Computes what it gives, for the examples of a shard. */
    void forward(Pass pass, Shard shard);

    /**
     * Computes the errors of what it reads from the errors of what it gives, which it may
     * overwrite.
     */
    void backward(Pass pass, Shard shard);

    /** What computes the gradient of its weights, when all shards have been on their way back. */
    default List<GradientTask> gradients() {
        return List.of();
    }

    /** About how many multiplications a forward pass takes for one example. */
    default long work(int steps) {
        return 0;
    }
}
