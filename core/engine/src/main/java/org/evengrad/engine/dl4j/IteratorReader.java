package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Reads an iterator of DL4J's, again for each pass. It is read through once at first, to count what
 * it has; each pass must give as many batches of the same sizes.
 */
final class IteratorReader {
    private final Source source;
    private final ArrayLayout layout;
    private final List<Size> sizes = new ArrayList<>();
    private int readers;
    private long pass = -1;
    private int next;
    private Dl4jModel.Arrays current;

    /**
     * How much a batch holds.
     *
     * @param rows examples
     * @param steps for how many time steps each example has targets
     */
    record Size(int rows, int steps) {}

    /** What both kinds of iterators do. */
    private interface Source {
        boolean hasNext();

        Dl4jModel.Arrays next();

        boolean canReset();

        void reset();
    }

    private IteratorReader(Source source, ArrayLayout layout) {
        this.source = source;
        this.layout = layout;
        if (!source.canReset()) {
            throw new IllegalArgumentException(
                    "the iterator cannot be reset, so it cannot be read again for each epoch");
        }
        source.reset();
        while (source.hasNext()) {
            sizes.add(size(source.next()));
        }
        if (sizes.isEmpty()) {
            throw new IllegalArgumentException("the iterator gives no examples");
        }
    }

    /**
     * A reader.
     *
     * @param iterator a {@code DataSetIterator} or {@code MultiDataSetIterator}
     * @param layout of its arrays
     * @throws IllegalArgumentException if it is neither, cannot be reset, is empty, or has batches
     *     without features or targets, or with a label mask of the wrong shape
     */
    static IteratorReader of(Object iterator, ArrayLayout layout) {
        if (iterator instanceof DataSetIterator single) {
            return new IteratorReader(new Single(single), layout);
        }
        if (iterator instanceof MultiDataSetIterator multiple) {
            return new IteratorReader(new Multiple(multiple), layout);
        }
        throw new IllegalArgumentException(
                "neither a DataSetIterator nor a MultiDataSetIterator: " + iterator.getClass());
    }

    private Size size(Dl4jModel.Arrays arrays) {
        if (isMissing(arrays.features()) || isMissing(arrays.targets())) {
            throw new IllegalArgumentException(
                    "batch "
                            + (sizes.size() + 1)
                            + " of the iterator has no "
                            + (isMissing(arrays.features()) ? "features" : "labels"));
        }
        for (int i = 0; arrays.targetMasks() != null && i < arrays.targetMasks().length; i++) {
            requireMaskFits(arrays.targetMasks()[i], arrays.targets()[i]);
        }
        INDArray targets = layout.fromModel(arrays).targets()[0];
        return new Size(
                (int) arrays.features()[0].size(0),
                targets.rank() == 3 ? (int) targets.size(2) : 1);
    }

    /** A mask has a number for each example, for each of its time steps, or for each label. */
    private void requireMaskFits(INDArray mask, INDArray labels) {
        if (mask == null) {
            return;
        }
        long rows = labels.size(0);
        boolean perExample = mask.length() == rows;
        boolean perStep =
                labels.rank() == 3
                        && mask.rank() == 2
                        && (mask.size(1) == labels.size(1) || mask.size(1) == labels.size(2));
        boolean perLabel = mask.length() == labels.length();
        boolean ofImages = labels.rank() > 3;
        if (mask.size(0) != rows || !(perExample || perStep || perLabel || ofImages)) {
            throw new IllegalArgumentException(
                    "the label mask of batch "
                            + (sizes.size() + 1)
                            + " of the iterator has the shape "
                            + Arrays.toString(mask.shape())
                            + ", which does not fit labels of the shape "
                            + Arrays.toString(labels.shape()));
        }
    }

    private static boolean isMissing(INDArray[] arrays) {
        return arrays == null
                || arrays.length == 0
                || Arrays.stream(arrays).anyMatch(array -> array == null || array.isEmpty());
    }

    /** Each who reads has passes of its own. */
    int newReader() {
        return readers++;
    }

    /** How much each batch holds. */
    List<Size> sizes() {
        return sizes;
    }

    /**
     * A batch in our layout, good until another one is read.
     *
     * @param reader who reads
     * @param epoch of which pass
     */
    Dl4jModel.Arrays read(int reader, int epoch, int index) {
        long wanted = ((long) reader << Integer.SIZE) + epoch;
        if (wanted != pass || index < next - 1) {
            source.reset();
            next = 0;
            pass = wanted;
        }
        while (next <= index) {
            if (!source.hasNext()) {
                throw different(next + " batches");
            }
            current = layout.fromModel(source.next());
            if (!size(layout.toModel(current)).equals(sizes.get(next))) {
                throw different("another size of batch " + (next + 1));
            }
            next++;
        }
        return current;
    }

    /** Leaves the iterator at its beginning. */
    void rewind() {
        source.reset();
        pass = -1;
    }

    private IllegalStateException different(String now) {
        return new IllegalStateException(
                "the iterator gave "
                        + sizes.size()
                        + " batches when it was read first, and now "
                        + now
                        + "; each reset must give as much");
    }

    /** Whole arrays of floats in the order 'c', as memory is read through them. */
    private static INDArray plain(INDArray array) {
        if (array == null) {
            return null;
        }
        INDArray floats = array.castTo(DataType.FLOAT);
        return floats.ordering() == 'c' && !floats.isView() ? floats : floats.dup('c');
    }

    private static INDArray[] plain(INDArray[] arrays) {
        return arrays == null
                ? null
                : Arrays.stream(arrays).map(IteratorReader::plain).toArray(INDArray[]::new);
    }

    private static INDArray[] plainMask(INDArray mask) {
        return mask == null ? null : plain(new INDArray[] {mask});
    }

    private record Single(DataSetIterator iterator) implements Source {
        @Override
        public boolean hasNext() {
            return iterator.hasNext();
        }

        @Override
        public Dl4jModel.Arrays next() {
            DataSet data = iterator.next();
            return new Dl4jModel.Arrays(
                    new INDArray[] {plain(data.getFeatures())},
                    new INDArray[] {plain(data.getLabels())},
                    plainMask(data.getFeaturesMaskArray()),
                    plainMask(data.getLabelsMaskArray()));
        }

        @Override
        public boolean canReset() {
            return iterator.resetSupported();
        }

        @Override
        public void reset() {
            iterator.reset();
        }
    }

    private record Multiple(MultiDataSetIterator iterator) implements Source {
        @Override
        public boolean hasNext() {
            return iterator.hasNext();
        }

        @Override
        public Dl4jModel.Arrays next() {
            MultiDataSet data = iterator.next();
            return new Dl4jModel.Arrays(
                    plain(data.getFeatures()),
                    plain(data.getLabels()),
                    plain(data.getFeaturesMaskArrays()),
                    plain(data.getLabelsMaskArrays()));
        }

        @Override
        public boolean canReset() {
            return iterator.resetSupported();
        }

        @Override
        public void reset() {
            iterator.reset();
        }
    }
}
