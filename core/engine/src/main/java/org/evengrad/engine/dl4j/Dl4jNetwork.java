package org.evengrad.engine.dl4j;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.evengrad.engine.dl4j.ModelGraph.Node;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Machine;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.spi.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network that DL4J computes. */
final class Dl4jNetwork implements Network {
    private final Dl4jModel model;
    private final List<Integer> inputShape;
    private final Recurrence recurrence;
    private final ArrayLayout layout;
    private final Scored scored;
    private final boolean lent;
    private final ModelTensors tensors;
    private final ModelTraits traits;
    private final NativeThreads threads;
    private final ThreadGenerator generatorBefore;
    private final FloatBuffer parameters;
    private final FloatBuffer gradient;
    private final Map<Long, ArrayBatch> batches = new HashMap<>();
    private final SampledTargets sampled;
    private ArrayBatch latest;
    private int segmentBefore = -1;
    private List<Map<String, INDArray>> stateBefore = List.of();

    /** What can be known of how good a model is from what its first output gives. */
    enum Scored {
        /** The loss, and metrics. */
        WHOLLY,
        /** Metrics; the loss is of several outputs, or weighs them. */
        METRICS_ALONE,
        /** Nothing. */
        NOT
    }

    /**
     * A network around a model of ours.
     *
     * @param inputShape of one example
     * @param recurrence how gradients go through time
     * @param layout of the model's arrays
     */
    Dl4jNetwork(
            Dl4jModel model,
            List<Integer> inputShape,
            Recurrence recurrence,
            ArrayLayout layout,
            int threads) {
        this(
                model,
                model.gradients(),
                inputShape,
                recurrence,
                layout,
                Scored.WHOLLY,
                false,
                threads);
    }

    /**
     * A network around a model.
     *
     * @param gradients flat, in the order of the model's parameters: the model's, or those of
     *     another one that it shows
     * @param inputShape of one example
     * @param recurrence how gradients go through time
     * @param layout of the model's arrays
     * @param lent whether the model goes on being used by the program that it is of
     */
    Dl4jNetwork(
            Dl4jModel model,
            INDArray gradients,
            List<Integer> inputShape,
            Recurrence recurrence,
            ArrayLayout layout,
            Scored scored,
            boolean lent,
            int threads) {
        this.layout = layout;
        this.scored = scored;
        this.lent = lent;
        this.model = model;
        this.inputShape = List.copyOf(inputShape);
        this.recurrence = recurrence;
        parameters = NativeFloats.of(model.parameters());
        gradient = NativeFloats.of(gradients);
        tensors = new ModelTensors(model.graph());
        traits = ModelTraits.of(model);
        sampled = new SampledTargets(traits);
        this.threads = NativeThreads.borrow(threads);
        generatorBefore = ThreadGenerator.now();
    }

    /** The model that computes. */
    Dl4jModel model() {
        return model;
    }

    @Override
    public List<Tensor> tensors() {
        return tensors.tensors();
    }

    @Override
    public int offset(int tensor) {
        return tensors.offset(tensor);
    }

    @Override
    public boolean updated(long step, int epoch) {
        // DL4J writes what a statistic is to lose to where its gradient would be.
        for (ModelTensors.Stretch stretch : tensors.statistics()) {
            for (int i = stretch.start(); i < stretch.start() + stretch.size(); i++) {
                parameters.put(i, parameters.get(i) - gradient.get(i));
            }
        }
        if (traits.constrained()) {
            model.model().applyConstraints((int) step, epoch);
        }
        return traits.constrained();
    }

    @Override
    public List<String> layers() {
        return tensors.layers().stream().map(Node::name).toList();
    }

    @Override
    public List<Integer> inputShape() {
        return inputShape;
    }

    @Override
    public int outputs() {
        return traits.outputs();
    }

    @Override
    public int outputSteps() {
        return traits.outputPerStep() && inputShape.size() > 1 ? inputShape.get(1) : 1;
    }

    @Override
    public FloatBuffer parameters() {
        return parameters;
    }

    @Override
    public FloatBuffer gradient() {
        return gradient;
    }

    @Override
    public Batch batch(int rows, boolean masked) {
        if (latest == null || latest.rows() != rows || latest.mask().isPresent() != masked) {
            latest = batches.computeIfAbsent(masked ? -rows : (long) rows, this::newBatch);
        }
        return latest;
    }

    private ArrayBatch newBatch(long key) {
        long[] target =
                traits.outputPerStep()
                        ? new long[] {outputs(), outputSteps()}
                        : new long[] {outputs()};
        return ArrayBatch.allocate(
                (int) Math.abs(key),
                inputShape.stream().mapToLong(Integer::longValue).toArray(),
                target,
                key < 0,
                recurrence.sum());
    }

    @Override
    public int segments() {
        if (recurrence.truncate() == 0 || !traits.outputPerStep()) {
            return 1;
        }
        return (outputSteps() - 1) / recurrence.truncate() + 1;
    }

    @Override
    public Batch segment(Batch batch, int index) {
        return ((ArrayBatch) batch).segment(index, recurrence.truncate());
    }

    @Override
    public void drawFrom(long seed) {
        if (traits.draws()) {
            Nd4j.getRandom().setSeed(seed);
        }
    }

    @Override
    public double gradient(Batch batch) {
        ArrayBatch arrays = (ArrayBatch) batch;
        enter(arrays.segment());
        if (traits.stopsGradients()) {
            model.gradients().assign(0);
        }
        return mean(model.gradient(layout.toModel(arrays.arrays())), arrays);
    }

    /** Every pass over a segment begins where the segment before ended. */
    private void enter(int segment) {
        if (segment == 0) {
            model.clearState();
        } else if (segment > 0 && segment == segmentBefore) {
            model.goBackTo(stateBefore);
        } else if (segment > 0) {
            stateBefore = model.state();
        }
        segmentBefore = segment;
    }

    /** DL4J divides by the number of examples, and adds the penalties that the model names. */
    private double mean(double score, ArrayBatch batch) {
        return (score - traits.penalties()) * batch.rows() / batch.terms();
    }

    @Override
    public void sampledGradient(Batch batch, RandomGenerator random) {
        ArrayBatch arrays = (ArrayBatch) batch;
        gradient(sampled.draw(arrays, predictions(arrays), random));
    }

    @Override
    public double loss(Batch batch) {
        ArrayBatch arrays = (ArrayBatch) batch;
        return arrays.segment() < 0
                ? mean(model.loss(layout.toModel(arrays.arrays()), true), arrays)
                : lossOfSegment(arrays);
    }

    /** DL4J scores from the state of a segment only together with its gradient. */
    private double lossOfSegment(ArrayBatch batch) {
        INDArray kept = model.gradients().dup();
        List<Map<String, INDArray>> ended = model.state();
        double loss = gradient(batch);
        model.gradients().assign(kept);
        model.goBackTo(ended);
        return loss;
    }

    @Override
    public double evaluationLoss(Batch batch) {
        ArrayBatch arrays = (ArrayBatch) batch;
        return mean(model.loss(layout.toModel(arrays.arrays()), false), arrays);
    }

    @Override
    public boolean scoresItself() {
        return scored != Scored.WHOLLY;
    }

    @Override
    public boolean hasMetrics() {
        return scored != Scored.NOT;
    }

    @Override
    public void predict(Batch batch, float[] outputs) {
        INDArray rows = predictions((ArrayBatch) batch);
        NativeFloats.of(rows).get(0, outputs, 0, (int) rows.length());
        // The buffer does not keep the array's memory alive.
        Reference.reachabilityFence(rows);
    }

    private INDArray predictions(ArrayBatch batch) {
        INDArray result = layout.fromModel(model.output(layout.toModel(batch.arrays()))[0]);
        return result.ordering() == 'c' && !result.isView() ? result : result.dup('c');
    }

    @Override
    public List<LayerSignal> signals(Batch batch, long seed) {
        return new SignalProbe(model.graph(), tensors.layers())
                .measure(layout.toModel(((ArrayBatch) batch).arrays()), seed);
    }

    @Override
    public List<String> needsEvengrad() {
        return traits.needsEvengrad();
    }

    @Override
    public Machine machine() {
        String blas = Nd4j.factory().blas().getBlasVendor().name();
        return new Machine(
                Nd4j.getBackend().getClass().getSimpleName(),
                blas.toLowerCase(Locale.ROOT),
                openblas_nolapack.OPENBLAS_VERSION.strip(),
                Nd4j.factory().blas().getMaxThreads());
    }

    @Override
    public void save(Path file, String evengradJson) throws IOException {
        ModelZip.write(model, file, evengradJson);
    }

    @Override
    public void close() {
        threads.close();
        if (traits.draws()) {
            generatorBefore.restore();
        }
        if (lent) {
            model.clearState();
        } else {
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
        }
    }
}
