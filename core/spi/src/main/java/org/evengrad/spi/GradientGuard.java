package org.evengrad.spi;

import java.util.List;

/**
 * Watches the gradient and steps in when it is about to do harm.
 *
 * @since 0.1.0
 */
public interface GradientGuard {
    /**
     * Starts guarding one training run.
     *
     * @param layout the tensors of the model, in order
     * @return a new guard, never null, used by one training run
     */
    Guard start(List<Tensor> layout);

    /**
     * How many floats per parameter {@link Guard#transform} remembers. Each slot starts at zero.
     */
    default int slots() {
        return 0;
    }

    /** What {@link Guard#transform} needs to see in one piece, never null. */
    default Grain grain() {
        return Grain.ELEMENTS;
    }

    /** Which snapshots the engine keeps for {@link Ruling#rollBack}, never null. */
    default Snapshots snapshots() {
        return Snapshots.NONE;
    }
}
