package org.evengrad.engine.executor.layers;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Shard;

/** Native memory of which each shard has a part of its own, made when it first asks. */
final class PerShard {
    private final int size;
    private final List<Floats> parts = new ArrayList<>();

    /** So many floats for each. */
    PerShard(int size) {
        this.size = size;
    }

    synchronized Floats of(Shard shard) {
        while (parts.size() <= shard.index()) {
            parts.add(Floats.allocate(size));
        }
        return parts.get(shard.index());
    }
}
