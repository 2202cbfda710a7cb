package org.evengrad.engine.dl4j;

import org.evengrad.engine.plan.Batches;

/** Batches of an iterator of DL4J's. */
final class IteratorBatches implements Batches {
    private final IteratorReader reader;
    private final int self;
    private final int truncate;
    private final int examples;

    /** Which of the iterator's batches each of ours is of. */
    private final int[] batchOf;

    /**
     * Batches.
     *
     * @param truncate after how many time steps gradients end; 0 if they go through all
     */
    IteratorBatches(IteratorReader reader, int truncate) {
        this.reader = reader;
        this.truncate = truncate;
        self = reader.newReader();
        examples = reader.sizes().stream().mapToInt(IteratorReader.Size::rows).sum();
        int[] batches = new int[reader.sizes().stream().mapToInt(this::segments).sum()];
        int next = 0;
        for (int batch = 0; batch < reader.sizes().size(); batch++) {
            for (int i = segments(reader.sizes().get(batch)); i > 0; i--) {
                batches[next++] = batch;
            }
        }
        batchOf = batches;
    }

    /** Leaves the iterator at its beginning. */
    void rewind() {
        reader.rewind();
    }

    private int segments(IteratorReader.Size size) {
        return truncate == 0 ? 1 : (size.steps() - 1) / truncate + 1;
    }

    @Override
    public int examples() {
        return examples;
    }

    @Override
    public int perEpoch() {
        return batchOf.length;
    }

    @Override
    public boolean standsAlone(int index) {
        return index == 0 || batchOf[index] != batchOf[index - 1];
    }

    @Override
    public ArrayBatch get(int epoch, int index) {
        ArrayBatch batch = ArrayBatch.of(reader.read(self, epoch, batchOf[index]), true, -1);
        if (truncate == 0 || batch.steps() == 1) {
            return batch;
        }
        int segment = 0;
        while (segment < index && batchOf[index - segment - 1] == batchOf[index]) {
            segment++;
        }
        return batch.segment(segment, truncate);
    }
}
