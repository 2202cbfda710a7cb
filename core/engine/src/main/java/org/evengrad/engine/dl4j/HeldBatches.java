package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;

/**
 * Copies of an iterator's first batches, which can be asked for in any order. Each epoch has its
 * own order of them, unless some go on where another ended.
 */
final class HeldBatches implements Batches {
    /** What is held takes at most 256 MB, but for the first batch. */
    private static final long MOST_NUMBERS = 1L << 26;

    private final List<ArrayBatch> batches = new ArrayList<>();
    private final List<Boolean> alone = new ArrayList<>();
    private final BatchOrder shuffled;
    private final int[] order;
    private int ordered = -1;

    /**
     * Copies batches of the first pass.
     *
     * @param most how many at most, but for the rest of a sequence
     * @param seed of the orders
     */
    HeldBatches(IteratorBatches from, int most, long seed) {
        long numbers = 0;
        for (int i = 0; i < from.perEpoch(); i++) {
            if (from.standsAlone(i) && i > 0 && (i >= most || numbers > MOST_NUMBERS)) {
                break;
            }
            ArrayBatch copy = from.get(0, i).copy();
            numbers += copy.features().limit() + copy.targets().limit();
            batches.add(copy);
            alone.add(from.standsAlone(i));
        }
        shuffled = new BatchOrder(seed, batches.size(), 1, !alone.contains(false));
        order = new int[batches.size()];
    }

    @Override
    public boolean inAnyOrder() {
        return true;
    }

    @Override
    public int examples() {
        return batches.stream()
                .filter(batch -> batch.segment() <= 0)
                .mapToInt(ArrayBatch::rows)
                .sum();
    }

    @Override
    public int perEpoch() {
        return order.length;
    }

    @Override
    public boolean standsAlone(int index) {
        return alone.get(index);
    }

    @Override
    public Batch get(int epoch, int index) {
        if (epoch != ordered) {
            shuffled.fill(epoch, order);
            ordered = epoch;
        }
        return batches.get(order[index]);
    }
}
