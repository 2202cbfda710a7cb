package org.evengrad.engine.dl4j;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.dl4j.imports.InputSettings;
import org.evengrad.engine.dl4j.imports.ModelSettings;
import org.evengrad.engine.dl4j.imports.OutputSettings;
import org.evengrad.engine.network.BroughtModel;
import org.evengrad.engine.network.ModelChanges;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingData;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** DL4J networks and iterators that a program has, as the engine takes them. */
public final class UserModels {
    private static final int ROWS = 2;
    private static final int SEQUENCES = 3;
    private static final int ROWS_AT_ONCE = 256;
    private static final int PROBE_ROWS = 512;
    private static final int FEWEST_PROBE_ROWS = 32;

    /** A probe holds at most so many numbers, as long as it has the fewest rows. */
    private static final int PROBE_NUMBERS = 1 << 18;

    private UserModels() {}

    /**
     * A model and what it learns from.
     *
     * @param model around the program's model, on its own memory: whatever trains it trains the
     *     program's model
     * @param loss by which the predictions of the first output are measured
     * @param data what it learns from and is judged by
     */
    public record UserTraining(BroughtModel model, Loss loss, TrainingData data) {}

    /**
     * Brings a program's model and iterators together. The iterators are {@code DataSetIterator}s
     * or {@code MultiDataSetIterator}s.
     *
     * @param model a MultiLayerNetwork or a ComputationGraph
     * @param train examples to train on
     * @param validation examples to select by
     * @param test examples that are read once, at the end
     * @param registry what is installed, among it the activations that fast layers compute
     * @param threads how many cores the network may use
     * @return the caller closes its network
     * @throws IllegalArgumentException if the model is not initialized, has no loss, or is not one
     *     of 32-bit floats; or if an iterator cannot be reset, is empty, or does not fit the model
     */
    public static UserTraining bring(
            Model model,
            Object train,
            Optional<Object> validation,
            Optional<Object> test,
            StrategyRegistry registry,
            int threads) {
        ModelSettings settings = usable(model);
        ModelTraits traits = ModelTraits.of(BroughtModels.wrap(model));

        Map<Object, IteratorReader> readers = new IdentityHashMap<>();
        ArrayLayout layout = ArrayLayout.of(settings);
        IteratorReader reader = reader(train, layout, readers);
        Batches whole = new IteratorBatches(reader, 0);
        ArrayBatch first = ((ArrayBatch) whole.get(0, 0)).copy();
        requireFit(settings, traits, first);
        Optional<Batches> toValidate =
                validation.map(it -> new IteratorBatches(reader(it, layout, readers), 0));
        Optional<Batches> toTest =
                test.map(it -> new IteratorBatches(reader(it, layout, readers), 0));

        BroughtModel brought =
                BroughtModels.lent(
                        model, settings, first.exampleShape(), new Activations(registry), threads);
        Loss loss = Losses.of(traits.lossFunction()).orElse(Loss.MSE);
        TrainingData data =
                new TrainingData(
                        new IteratorBatches(reader, BroughtModels.truncation(settings)),
                        whole,
                        toValidate,
                        toTest,
                        new OneBatch(first),
                        task(loss, brought.network().outputs()),
                        List.of(),
                        Optional.empty());
        return new UserTraining(brought, loss, data);
    }

    /**
     * The same data with copies of the first batches to train on, which can be asked for in any
     * order. The iterator is left at its beginning.
     *
     * @param data what {@link #bring} gave
     * @param batches how many at most; fewer if they are large
     * @param seed of the orders
     */
    public static TrainingData held(TrainingData data, int batches, long seed) {
        IteratorBatches from = (IteratorBatches) data.toTrain();
        HeldBatches held = new HeldBatches(from, batches, seed);
        from.rewind();
        return new TrainingData(
                held,
                data.train(),
                data.validation(),
                data.test(),
                data.probe(),
                data.task(),
                data.classes(),
                data.split());
    }

    /**
     * Brings a program's model and examples together that are in memory already.
     *
     * @param model a MultiLayerNetwork or a ComputationGraph
     * @param examples what it learns from and is judged by
     * @param seed of the order in which examples come
     * @param registry what is installed, among it the activations that fast layers compute
     * @param threads how many cores the network may use
     * @return the caller closes its network
     * @throws IllegalArgumentException if the model is not initialized, has no loss, or is not one
     *     of 32-bit floats; or if the examples do not fit it
     */
    public static UserTraining bring(
            Model model, HeldExamples examples, long seed, StrategyRegistry registry, int threads) {
        ModelSettings settings = usable(model);
        ModelTraits traits = ModelTraits.of(BroughtModels.wrap(model));
        Dl4jModel.Arrays train = examples.train();
        Batches probe = HeldRows.inOrder(probe(train), PROBE_ROWS);
        ArrayBatch first = (ArrayBatch) probe.get(0, 0);
        requireFit(settings, traits, first);
        BroughtModel brought =
                BroughtModels.lent(
                        model, settings, first.exampleShape(), new Activations(registry), threads);
        Loss loss = Losses.of(traits.lossFunction()).orElse(Loss.MSE);
        BatchOrder order =
                new BatchOrder(
                        seed,
                        HeldExamples.rows(train),
                        Math.min(examples.batchSize(), HeldExamples.rows(train)),
                        true);
        TrainingData data =
                new TrainingData(
                        new HeldRows(train, order, BroughtModels.truncation(settings)),
                        HeldRows.inOrder(train, ROWS_AT_ONCE),
                        Optional.of(HeldRows.inOrder(examples.validation(), ROWS_AT_ONCE)),
                        examples.test().map(part -> HeldRows.inOrder(part, ROWS_AT_ONCE)),
                        probe,
                        task(loss, brought.network().outputs()),
                        List.of(),
                        Optional.empty());
        return new UserTraining(brought, loss, data);
    }

    /** Rows spread evenly over the examples. */
    private static Dl4jModel.Arrays probe(Dl4jModel.Arrays train) {
        int all = HeldExamples.rows(train);
        long numbers = Math.max(1, train.features()[0].length() / all);
        int most = (int) Math.max(FEWEST_PROBE_ROWS, PROBE_NUMBERS / numbers);
        int[] rows = new int[Math.min(Math.min(PROBE_ROWS, most), all)];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (int) ((long) i * all / rows.length);
        }
        return HeldRows.rows(train, rows);
    }

    /** The same model in memory of its own: whatever trains it leaves the program's as it is. */
    public static Model copy(Model model) {
        requireInitialized(model);
        return ChangedModel.copy(model);
    }

    /**
     * A model with the same parameters and another structure.
     *
     * @param model which may be changed itself
     * @throws org.evengrad.config.problem.InvalidInputException if it cannot be changed so
     */
    public static Model changed(Model model, ModelChanges changes, StrategyRegistry registry) {
        return changes.isEmpty()
                ? model
                : ChangedModel.of(model, changes, new Activations(registry));
    }

    /** Adds to how many updates and passes a model has seen, which DL4J's schedules go by. */
    public static void count(Model model, long updates, int epochs) {
        Dl4jModel counted = BroughtModels.wrap(model);
        counted.count(Math.toIntExact(counted.iterations() + updates), counted.epochs() + epochs);
    }

    private static IteratorReader reader(
            Object iterator, ArrayLayout layout, Map<Object, IteratorReader> readers) {
        return readers.computeIfAbsent(iterator, it -> IteratorReader.of(it, layout));
    }

    /** What a network is like that can be trained here. */
    private static ModelSettings usable(Model model) {
        NativeBackend.check(UserModels.class.getClassLoader());
        requireInitialized(model);
        ModelSettings settings = ModelSettings.of(model);
        requireFloats(settings);
        requireLosses(settings);
        return settings;
    }

    private static void requireInitialized(Model model) {
        boolean ready =
                model instanceof MultiLayerNetwork chain
                        ? chain.isInitCalled()
                        : ((ComputationGraph) model).getVertices() != null;
        if (!ready || model.params() == null) {
            throw new IllegalArgumentException(
                    "the network has no parameters; call network.init() before it is trained");
        }
    }

    private static void requireFloats(ModelSettings settings) {
        if (!settings.dataType().equals(DataType.FLOAT.name())) {
            throw new IllegalArgumentException(
                    "the network's numbers are "
                            + settings.dataType()
                            + ", only FLOAT can be trained; network.convertDataType(DataType.FLOAT)"
                            + " gives a network that can");
        }
    }

    private static void requireLosses(ModelSettings settings) {
        for (OutputSettings output : settings.outputs()) {
            if (output.dl4jLoss().isEmpty()) {
                throw new IllegalArgumentException(
                        "the layer " + output.layer() + " has no loss, so nothing can be trained");
            }
        }
    }

    private static void requireFit(ModelSettings settings, ModelTraits traits, ArrayBatch batch) {
        INDArray[] features = batch.arrays().features();
        INDArray[] targets = batch.arrays().targets();
        requireAsMany("inputs", settings.inputs().size(), features);
        requireAsMany("outputs", settings.outputs().size(), targets);
        for (int i = 0; i < features.length; i++) {
            InputSettings input = settings.inputs().get(i);
            List<Integer> shape = ArrayBatch.exampleShape(features[i]);
            boolean flat = input.flattened() && shape.size() == 1;
            if (!flat && input.symbols().isEmpty() && !input.takes(shape)) {
                throw new IllegalArgumentException(
                        "an example of the iterator has features of the shape "
                                + shape
                                + ", the network's "
                                + input.name()
                                + " takes "
                                + ExampleShape.free(input.shape()));
            }
        }
        INDArray labels = targets[0];
        OutputSettings output = settings.outputs().get(0);
        boolean plain = labels.rank() == ROWS || labels.rank() == SEQUENCES;
        if (plain && output.loss().isPresent() && labels.size(1) != traits.outputs()) {
            throw new IllegalArgumentException(
                    "an example of the iterator has labels of the shape "
                            + ArrayBatch.exampleShape(labels)
                            + ", the network's "
                            + output.layer()
                            + " gives "
                            + traits.outputs()
                            + " numbers");
        }
    }

    private static void requireAsMany(String what, int model, INDArray[] iterator) {
        if (iterator.length != model) {
            throw new IllegalArgumentException(
                    "the iterator has arrays for "
                            + iterator.length
                            + " "
                            + what
                            + ", the network has "
                            + model);
        }
    }

    /**
     * One batch to measure on.
     *
     * @param outputs units of the network
     */
    static TrainingData toMeasure(Batches batch, Loss loss, int outputs) {
        return new TrainingData(
                batch,
                batch,
                Optional.empty(),
                Optional.empty(),
                batch,
                task(loss, outputs),
                List.of(),
                Optional.empty());
    }

    private static Task task(Loss loss, int outputs) {
        return switch (loss) {
            case CROSS_ENTROPY -> Task.CLASSIFICATION;
            case BINARY_CROSS_ENTROPY -> outputs == 1 ? Task.CLASSIFICATION : Task.MULTI_LABEL;
            case MSE, MAE, HUBER -> Task.REGRESSION;
        };
    }
}
