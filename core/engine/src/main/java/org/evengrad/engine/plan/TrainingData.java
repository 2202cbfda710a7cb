package org.evengrad.engine.plan;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.data.TargetScale;
import org.evengrad.engine.network.Network;

/**
 * What a run learns from and is judged by, in batches.
 *
 * @param toTrain the training examples as steps see them: in the order of training, varied
 * @param train the training examples as they are
 * @param validation examples to select by
 * @param test examples that are read once, at the end
 * @param probe some training examples, the same each time, to measure health on: one batch
 * @param task what the targets are
 * @param classes the names of the classes in the order of the outputs; empty if there are none
 * @param split the data set that the batches are taken from, if there is one
 */
public record TrainingData(
        Batches toTrain,
        Batches train,
        Optional<Batches> validation,
        Optional<Batches> test,
        Batches probe,
        Task task,
        List<String> classes,
        Optional<SplitData> split) {
    private static final int ROWS_AT_ONCE = 256;
    private static final int PROBE_ROWS = 512;
    private static final int FEWEST_PROBE_ROWS = 32;

    /** A probe holds at most so many numbers, as long as it has the fewest rows. */
    private static final int PROBE_NUMBERS = 1 << 18;

    /** Keeps a copy of the classes. */
    public TrainingData {
        classes = List.copyOf(classes);
    }

    /**
     * Batches of a data set that is split.
     *
     * @param order of the training rows
     * @throws org.evengrad.config.problem.InvalidInputException if the data does not fit the
     *     network
     */
    public static TrainingData of(Network network, SplitData split, BatchOrder order) {
        return new TrainingData(
                DatasetBatches.toTrain(network, split.train(), order, split.augmentation()),
                DatasetBatches.inOrder(network, split.train(), ROWS_AT_ONCE),
                batches(network, split.validation()),
                batches(network, split.test()),
                DatasetBatches.inOrder(network, probe(network, split.train()), PROBE_ROWS),
                split.dataset().task(),
                split.dataset().classes(),
                Optional.of(split));
    }

    /**
     * Batches of a part in the order of its rows; empty if it has none.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the data does not fit the
     *     network
     */
    public static Optional<Batches> batches(Network network, DataPart part) {
        return part.isEmpty()
                ? Optional.empty()
                : Optional.of(DatasetBatches.inOrder(network, part, ROWS_AT_ONCE));
    }

    /** What was done to the targets, so that the network learns numbers of size one. */
    public TargetScale targetScale() {
        return split.map(SplitData::targetScale).orElseGet(TargetScale::none);
    }

    /** Rows spread evenly over the training part. */
    private static DataPart probe(Network network, DataPart train) {
        int most = Math.max(FEWEST_PROBE_ROWS, PROBE_NUMBERS / network.inputs());
        int count = Math.min(Math.min(PROBE_ROWS, most), train.size());
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = train.rows()[(int) ((long) i * train.size() / count)];
        }
        return new DataPart(train.dataset(), rows);
    }
}
