package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;

/**
 * How images lie for layers that work on many examples at a time: a shard is cut into groups, and
 * those of a group lie number by number, {@code [groups][channels][height][width][examples]}. So
 * neighbors in an image, of all examples of the group, are neighbors in memory.
 */
final class Groups {
    /** Enough for vectors and short copies, and few enough for the cache. */
    static final int LARGEST = 32;

    private Groups() {}

    static int count(Shard shard) {
        return (shard.rows() + LARGEST - 1) / LARGEST;
    }

    /** How many examples a group has. */
    static int examples(Shard shard, int group) {
        return first(shard, group + 1) - first(shard, group);
    }

    /** Where a group begins in a value. */
    static int start(Shard shard, int group, Value value) {
        return shard.start(value) + first(shard, group) * value.width();
    }

    private static int first(Shard shard, int group) {
        return shard.rows() * group / count(shard);
    }
}
