package org.evengrad.engine.dl4j;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Batches of examples that lie in memory, an example in each row of each array. */
final class HeldRows implements Batches {
    private final Dl4jModel.Arrays all;
    private final BatchOrder batchOrder;
    private final int truncate;
    private final int segments;
    private final int[] order;
    private final Map<Integer, ArrayBatch> memory = new HashMap<>();
    private int filledEpoch = -1;

    /**
     * Batches.
     *
     * @param all arrays in the order 'c'
     * @param batchOrder of the rows
     * @param truncate after how many time steps gradients end; 0 if they go through all
     */
    HeldRows(Dl4jModel.Arrays all, BatchOrder batchOrder, int truncate) {
        this.all = all;
        this.batchOrder = batchOrder;
        this.truncate = truncate;
        INDArray targets = all.targets()[0];
        int steps = targets.rank() == 3 ? (int) targets.size(2) : 1;
        segments = truncate == 0 ? 1 : (steps - 1) / truncate + 1;
        order = new int[HeldExamples.rows(all)];
    }

    /** Rows as they lie there, so many at once. */
    static HeldRows inOrder(Dl4jModel.Arrays all, int rowsAtOnce) {
        int rows = HeldExamples.rows(all);
        return new HeldRows(all, new BatchOrder(0, rows, Math.min(rows, rowsAtOnce), false), 0);
    }

    @Override
    public int examples() {
        return order.length;
    }

    @Override
    public int perEpoch() {
        return Math.multiplyExact(batchOrder.batchesPerEpoch(), segments);
    }

    @Override
    public boolean standsAlone(int index) {
        return index % segments == 0;
    }

    @Override
    public Batch get(int epoch, int index) {
        if (epoch != filledEpoch) {
            batchOrder.fill(epoch, order);
            filledEpoch = epoch;
        }
        int which = index / segments;
        int rows = batchOrder.size(which);
        ArrayBatch batch =
                memory.computeIfAbsent(rows, count -> ArrayBatch.of(like(all, count), true, -1));
        copy(all, order, batchOrder.start(which), batch.arrays());
        return segments == 1 ? batch : batch.segment(index % segments, truncate);
    }

    /** Some of the rows, in memory of their own. */
    static Dl4jModel.Arrays rows(Dl4jModel.Arrays all, int[] rows) {
        Dl4jModel.Arrays some = like(all, rows.length);
        copy(all, rows, 0, some);
        return some;
    }

    private static Dl4jModel.Arrays like(Dl4jModel.Arrays all, int rows) {
        return new Dl4jModel.Arrays(
                like(all.features(), rows),
                like(all.targets(), rows),
                like(all.featureMasks(), rows),
                like(all.targetMasks(), rows));
    }

    private static INDArray[] like(INDArray[] arrays, int rows) {
        if (arrays == null) {
            return null;
        }
        INDArray[] empty = new INDArray[arrays.length];
        for (int i = 0; i < empty.length; i++) {
            if (arrays[i] != null) {
                long[] shape = arrays[i].shape().clone();
                shape[0] = rows;
                empty[i] = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', shape);
            }
        }
        return empty;
    }

    private static void copy(Dl4jModel.Arrays from, int[] order, int start, Dl4jModel.Arrays to) {
        List<INDArray> sources = flat(from);
        List<INDArray> targets = flat(to);
        for (int i = 0; i < sources.size(); i++) {
            FloatBuffer source = NativeFloats.of(sources.get(i));
            FloatBuffer target = NativeFloats.of(targets.get(i));
            int rows = (int) targets.get(i).size(0);
            int size = (int) (targets.get(i).length() / rows);
            for (int row = 0; row < rows; row++) {
                target.put(row * size, source, order[start + row] * size, size);
            }
        }
    }

    private static List<INDArray> flat(Dl4jModel.Arrays arrays) {
        List<INDArray> flat = new ArrayList<>();
        for (INDArray[] some :
                new INDArray[][] {
                    arrays.features(), arrays.targets(), arrays.featureMasks(), arrays.targetMasks()
                }) {
            for (int i = 0; some != null && i < some.length; i++) {
                if (some[i] != null) {
                    flat.add(some[i]);
                }
            }
        }
        return flat;
    }
}
