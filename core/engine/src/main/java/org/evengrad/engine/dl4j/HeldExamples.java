package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.dl4j.imports.ModelSettings;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerStandardize;

/**
 * The examples of a program's iterators, read once and kept in memory, so that trainings with
 * different seeds and scales see the same ones.
 */
public final class HeldExamples {
    private static final double HELD_OUT = 0.15;

    private final Dl4jModel.Arrays train;
    private final Dl4jModel.Arrays validation;
    private final Optional<Dl4jModel.Arrays> test;
    private final int batchSize;
    private final boolean heldOut;
    private final boolean symbols;

    private HeldExamples(
            Dl4jModel.Arrays train,
            Dl4jModel.Arrays validation,
            Optional<Dl4jModel.Arrays> test,
            int batchSize,
            boolean heldOut,
            boolean symbols) {
        this.train = train;
        this.validation = validation;
        this.test = test;
        this.batchSize = batchSize;
        this.heldOut = heldOut;
        this.symbols = symbols;
    }

    /**
     * Reads iterators: {@code DataSetIterator}s or {@code MultiDataSetIterator}s. Sequences of
     * batches that end earlier than others are padded and masked.
     *
     * @param model says how its arrays are laid out
     * @param train examples to train on
     * @param validation examples to select by; empty: 15% of the others, drawn from the seed
     * @param test examples that are read once, at the end
     * @throws IllegalArgumentException if an iterator cannot be reset or is empty, or if there are
     *     fewer than two examples to train on and none to validate on
     */
    public static HeldExamples read(
            Model model,
            Object train,
            Optional<Object> validation,
            Optional<Object> test,
            long seed) {
        ModelSettings settings = ModelSettings.of(model);
        ArrayLayout layout = ArrayLayout.of(settings);
        IteratorReader reader = IteratorReader.of(train, layout);
        int batchSize = reader.sizes().stream().mapToInt(IteratorReader.Size::rows).max().orElse(1);
        boolean symbols = settings.inputs().stream().anyMatch(input -> input.symbols().isPresent());
        Dl4jModel.Arrays all = all(reader);
        Optional<Dl4jModel.Arrays> toTest = test.map(it -> all(IteratorReader.of(it, layout)));
        if (validation.isPresent()) {
            return new HeldExamples(
                    all,
                    all(IteratorReader.of(validation.get(), layout)),
                    toTest,
                    batchSize,
                    false,
                    symbols);
        }
        int rows = rows(all);
        if (rows < 2) {
            throw new IllegalArgumentException(
                    "the iterator gives one example, so none can be held out to validate on");
        }
        int[] drawn = new int[rows];
        new BatchOrder(seed, rows, rows, true).fill(-1, drawn);
        int held = Math.max(1, (int) Math.round(HELD_OUT * rows));
        int[] out = Arrays.copyOf(drawn, held);
        int[] kept = Arrays.copyOfRange(drawn, held, rows);
        Arrays.sort(out);
        Arrays.sort(kept);
        return new HeldExamples(
                HeldRows.rows(all, kept),
                HeldRows.rows(all, out),
                toTest,
                batchSize,
                true,
                symbols);
    }

    private static Dl4jModel.Arrays all(IteratorReader reader) {
        int self = reader.newReader();
        List<MultiDataSet> batches = new ArrayList<>();
        for (int i = 0; i < reader.sizes().size(); i++) {
            // Whatever the iterator does with its arrays next.
            Dl4jModel.Arrays copy =
                    ArrayBatch.of(reader.read(self, 0, i), true, -1).copy().arrays();
            batches.add(asDataSet(copy));
        }
        MultiDataSet merged = batches.size() == 1 ? batches.get(0) : MultiDataSet.merge(batches);
        return asArrays(merged);
    }

    /** How many examples arrays hold. */
    static int rows(Dl4jModel.Arrays arrays) {
        return Math.toIntExact(arrays.features()[0].size(0));
    }

    /** Examples to train on. */
    Dl4jModel.Arrays train() {
        return train;
    }

    /** Examples to select by. */
    Dl4jModel.Arrays validation() {
        return validation;
    }

    /** Examples that are read once, at the end. */
    Optional<Dl4jModel.Arrays> test() {
        return test;
    }

    /** How many examples a batch has, as the iterator has it. */
    int batchSize() {
        return batchSize;
    }

    /** Whether the examples to validate on are some of those that were given to train on. */
    public boolean heldOut() {
        return heldOut;
    }

    /** Whether features are numbers of symbols, which have no scale. */
    public boolean symbols() {
        return symbols;
    }

    /**
     * The same examples with mean 0 and standard deviation 1, as DL4J's {@code
     * NormalizerStandardize} makes them: fitted to the training part, applied to all parts.
     *
     * @param features whether of each feature
     * @param targets whether of each target
     */
    public HeldExamples standardized(boolean features, boolean targets) {
        MultiNormalizerStandardize normalizer = new MultiNormalizerStandardize();
        normalizer.fitLabel(targets);
        normalizer.fit(asDataSet(train));
        return new HeldExamples(
                scaled(train, normalizer, features, targets),
                scaled(validation, normalizer, features, targets),
                test.map(part -> scaled(part, normalizer, features, targets)),
                batchSize,
                heldOut,
                symbols);
    }

    private static Dl4jModel.Arrays scaled(
            Dl4jModel.Arrays part,
            MultiNormalizerStandardize normalizer,
            boolean features,
            boolean targets) {
        MultiDataSet copy =
                asDataSet(
                        new Dl4jModel.Arrays(
                                copy(part.features()),
                                copy(part.targets()),
                                part.featureMasks(),
                                part.targetMasks()));
        normalizer.transform(copy);
        Dl4jModel.Arrays changed = asArrays(copy);
        return new Dl4jModel.Arrays(
                features ? changed.features() : part.features(),
                targets ? changed.targets() : part.targets(),
                part.featureMasks(),
                part.targetMasks());
    }

    private static MultiDataSet asDataSet(Dl4jModel.Arrays arrays) {
        return new MultiDataSet(
                arrays.features(), arrays.targets(), arrays.featureMasks(), arrays.targetMasks());
    }

    private static Dl4jModel.Arrays asArrays(MultiDataSet data) {
        return new Dl4jModel.Arrays(
                plain(data.getFeatures()),
                plain(data.getLabels()),
                plain(data.getFeaturesMaskArrays()),
                plain(data.getLabelsMaskArrays()));
    }

    /** In the order 'c'; null if there is none. */
    private static INDArray[] plain(INDArray[] arrays) {
        if (arrays == null || Arrays.stream(arrays).allMatch(array -> array == null)) {
            return null;
        }
        return Arrays.stream(arrays)
                .map(
                        array ->
                                array == null || array.ordering() == 'c' && !array.isView()
                                        ? array
                                        : array.dup('c'))
                .toArray(INDArray[]::new);
    }

    private static INDArray[] copy(INDArray[] arrays) {
        return Arrays.stream(arrays).map(array -> array.dup('c')).toArray(INDArray[]::new);
    }
}
