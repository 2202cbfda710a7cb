package org.evengrad.engine.data;

/**
 * In which order the training rows come, and where each batch begins. The order of an epoch depends
 * on the seed and the epoch alone, so a resumed run repeats it. The last batch of an epoch is kept,
 * even if it is smaller.
 */
public final class BatchOrder {
    private final long seed;
    private final int rows;
    private final int batchSize;
    private final boolean shuffle;

    /**
     * An order over rows.
     *
     * @param seed of the run
     * @param rows how many rows the part has, at least 1
     * @param batchSize rows in a batch, at least 1
     * @param shuffle whether each epoch has its own random order; otherwise rows keep theirs
     * @throws IllegalArgumentException if a number is below 1
     */
    public BatchOrder(long seed, int rows, int batchSize, boolean shuffle) {
        if (rows < 1 || batchSize < 1) {
            throw new IllegalArgumentException(rows + " rows in batches of " + batchSize);
        }
        this.seed = seed;
        this.rows = rows;
        this.batchSize = batchSize;
        this.shuffle = shuffle;
    }

    /** How many batches one pass over the rows has. */
    public int batchesPerEpoch() {
        return (rows - 1) / batchSize + 1;
    }

    /**
     * Where a batch begins in the order.
     *
     * @param batch from 0 to {@code batchesPerEpoch() - 1}
     */
    public int start(int batch) {
        return batch * batchSize;
    }

    /**
     * How many rows a batch has: the batch size, or what is left for the last one.
     *
     * @param batch from 0 to {@code batchesPerEpoch() - 1}
     */
    public int size(int batch) {
        return Math.min(batchSize, rows - start(batch));
    }

    /**
     * Writes the order of an epoch: each number from 0 to {@code rows - 1} once, an index into
     * {@link DataPart#rows()}.
     *
     * @param epoch any number
     * @param order receives the order, as long as there are rows
     * @throws IllegalArgumentException if the array has another length
     */
    public void fill(long epoch, int[] order) {
        if (order.length != rows) {
            throw new IllegalArgumentException(order.length + " places for " + rows + " rows");
        }
        for (int row = 0; row < rows; row++) {
            order[row] = row;
        }
        if (shuffle) {
            new Draws(seed, Draws.Purpose.ORDER, epoch).shuffle(order);
        }
    }
}
