package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Shard;

/** How columns of a matrix are shared among workers: in whole registers of the processor. */
final class Share {
    private static final int REGISTERS = 16;

    private Share() {}

    /** The first of a worker's columns. */
    static int from(int columns, Shard shard) {
        return at(columns, shard.index(), shard.count());
    }

    /** Behind the last of a worker's columns. */
    static int to(int columns, Shard shard) {
        return at(columns, shard.index() + 1, shard.count());
    }

    private static int at(int columns, int index, int count) {
        if (index == count) {
            return columns;
        }
        int even = (int) ((long) columns * index / count);
        return Math.min(columns, (even + REGISTERS / 2) / REGISTERS * REGISTERS);
    }
}
