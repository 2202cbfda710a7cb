package org.evengrad.engine.plan;

import java.util.Optional;
import org.evengrad.engine.data.Augmentation;
import org.evengrad.engine.data.BatchFiller;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;

/** Batches of a part of a data set, in the memory of a network. For one thread. */
public final class DatasetBatches implements Batches {
    private final Network network;
    private final DataPart part;
    private final BatchOrder batchOrder;
    private final BatchFiller filler;
    private final int segments;
    private final int[] order;
    private int filledEpoch = -1;

    private DatasetBatches(
            Network network,
            DataPart part,
            BatchOrder batchOrder,
            int segments,
            Optional<Augmentation> augmentation) {
        this.network = network;
        this.part = part;
        this.batchOrder = batchOrder;
        this.segments = segments;
        filler =
                new BatchFiller(
                        part,
                        network.inputShape(),
                        network.outputs(),
                        network.outputSteps(),
                        augmentation);
        order = new int[part.size()];
    }

    /**
     * Batches to train on: in the order of training, and cut into segments if the network's
     * gradients end within a sequence.
     *
     * @param augmentation varies the rows
     * @throws org.evengrad.config.problem.InvalidInputException if the data does not fit the
     *     network
     */
    public static DatasetBatches toTrain(
            Network network, DataPart part, BatchOrder order, Optional<Augmentation> augmentation) {
        return new DatasetBatches(network, part, order, network.segments(), augmentation);
    }

    /**
     * The batches of the first epoch, whole and not varied.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the data does not fit the
     *     network
     */
    public static DatasetBatches asTrained(Network network, DataPart part, BatchOrder order) {
        return new DatasetBatches(network, part, order, 1, Optional.empty());
    }

    /**
     * Batches in the order of the rows, as they are.
     *
     * @param batchSize examples in a batch
     * @throws org.evengrad.config.problem.InvalidInputException if the data does not fit the
     *     network
     */
    public static DatasetBatches inOrder(Network network, DataPart part, int batchSize) {
        BatchOrder order = new BatchOrder(0, part.size(), Math.min(batchSize, part.size()), false);
        return new DatasetBatches(network, part, order, 1, Optional.empty());
    }

    @Override
    public boolean inAnyOrder() {
        return true;
    }

    @Override
    public int examples() {
        return part.size();
    }

    @Override
    public int perEpoch() {
        return Math.multiplyExact(batchOrder.batchesPerEpoch(), segments);
    }

    @Override
    public Batch get(int epoch, int index) {
        fillOrder(epoch);
        filler.epoch(epoch);
        int from = batchOrder.start(index / segments);
        int count = batchOrder.size(index / segments);
        Batch batch = network.batch(count, filler.masked());
        filler.copyFeatures(order, from, count, batch.features().rewind());
        filler.copyTargets(order, from, count, batch.targets().rewind());
        if (filler.masked()) {
            filler.copyMask(order, from, count, batch.mask().orElseThrow().rewind());
        }
        return segments == 1 ? batch : network.segment(batch, index % segments);
    }

    private void fillOrder(int epoch) {
        if (epoch != filledEpoch) {
            batchOrder.fill(epoch, order);
            filledEpoch = epoch;
        }
    }

    @Override
    public boolean standsAlone(int index) {
        return index % segments == 0;
    }

    @Override
    public Optional<DataPart> rows(int epoch, int index) {
        fillOrder(epoch);
        int batch = index / segments;
        return Optional.of(part.pick(order, batchOrder.start(batch), batchOrder.size(batch)));
    }

    @Override
    public Optional<int[]> rowOrder(int epoch, int index) {
        fillOrder(epoch);
        int from = batchOrder.start(index / segments);
        int[] rows = new int[batchOrder.size(index / segments)];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = part.rows()[order[from + i]];
        }
        return Optional.of(rows);
    }
}
