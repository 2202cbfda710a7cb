package org.evengrad.benchmarks.race;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches for DL4J, in another order after each reset. {@code fit} reads them ahead in a thread of
 * its own, as it does by default.
 */
final class ShuffledBatches implements DataSetIterator {
    private static final long serialVersionUID = 1;

    private final transient Examples examples;
    private final int batch;
    private final int classes;
    private final int steps;
    private final transient Optional<int[]> symbols;
    private final int[] order;
    private final Random random = new Random(3);
    private int next;

    ShuffledBatches(RaceModel model, Examples examples) {
        this.examples = examples;
        batch = model.batch();
        classes = model.source().classes();
        steps = model.source().steps();
        symbols =
                model.source() == Examples.Source.TEXT
                        ? Optional.of(examples.symbols())
                        : Optional.empty();
        order = new int[examples.rows()];
        for (int row = 0; row < order.length; row++) {
            order[row] = row;
        }
        reset();
    }

    @Override
    public void reset() {
        next = 0;
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int row = order[i];
            order[i] = order[other];
            order[other] = row;
        }
    }

    @Override
    public boolean hasNext() {
        return next + batch <= order.length;
    }

    @Override
    public DataSet next() {
        return next(batch);
    }

    @Override
    public DataSet next(int rows) {
        float[] features = new float[rows * inputColumns() * (symbols.isPresent() ? steps : 1)];
        float[] targets = new float[rows * classes * steps];
        for (int i = 0; i < rows; i++) {
            int row = order[next++];
            if (symbols.isPresent()) {
                oneHot(symbols.get(), row, features, i);
            } else {
                int width = examples.width();
                System.arraycopy(examples.features(), row * width, features, i * width, width);
            }
            oneHot(examples.classes(), row, targets, i);
        }
        return new DataSet(
                array(features, rows, symbols.isPresent()), array(targets, rows, steps > 1));
    }

    /** In DL4J all steps of the first symbol come first. */
    private void oneHot(int[] values, int row, float[] into, int place) {
        for (int step = 0; step < steps; step++) {
            int value = values[row * steps + step];
            into[(place * classes + value) * steps + step] = 1;
        }
    }

    private INDArray array(float[] values, int rows, boolean sequences) {
        return sequences
                ? Nd4j.create(values, new int[] {rows, classes, steps}, 'c')
                : Nd4j.create(values, new int[] {rows, values.length / rows}, 'c');
    }

    @Override
    public int inputColumns() {
        return symbols.isPresent() ? classes : examples.width();
    }

    @Override
    public int totalOutcomes() {
        return classes;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    @Override
    public boolean asyncSupported() {
        return true;
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public void setPreProcessor(DataSetPreProcessor preProcessor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DataSetPreProcessor getPreProcessor() {
        return null;
    }

    @Override
    public List<String> getLabels() {
        return null;
    }
}
