package org.evengrad.engine.dl4j;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.dl4j.signal.SignalProbe;
import org.evengrad.engine.dl4j.translation.Translation;
import org.evengrad.engine.network.LayerEnding;
import org.evengrad.engine.network.Machine;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.engine.network.PassTrace;
import org.evengrad.engine.network.PhaseTimes;
import org.evengrad.engine.network.Signals;
import org.evengrad.engine.parallel.Workers;
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
    private final Execution execution;
    private final List<String> fallbacks;
    private final Workers workers;
    private final Map<Long, ArrayBatch> batches = new HashMap<>();
    private final SampledTargets sampled;
    private final Supplier<SignalProbe> newProbe;
    private final SegmentMemory segments;
    private ArrayBatch latest;
    private SignalProbe signals;

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
     * @param activations finds the functions that fast layers compute; empty to leave all to DL4J
     */
    Dl4jNetwork(
            Dl4jModel model,
            List<Integer> inputShape,
            Recurrence recurrence,
            ArrayLayout layout,
            Optional<Activations> activations,
            int threads) {
        this(
                model,
                model.gradients(),
                inputShape,
                recurrence,
                layout,
                Scored.WHOLLY,
                false,
                activations,
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
     * @param activations finds the functions that fast layers compute; empty to leave all to DL4J
     */
    Dl4jNetwork(
            Dl4jModel model,
            INDArray gradients,
            List<Integer> inputShape,
            Recurrence recurrence,
            ArrayLayout layout,
            Scored scored,
            boolean lent,
            Optional<Activations> activations,
            int threads) {
        this.layout = layout;
        this.scored = scored;
        this.lent = lent;
        this.model = model;
        this.inputShape = List.copyOf(inputShape);
        this.recurrence = recurrence;
        parameters = NativeFloats.of(model.parameters());
        gradient = NativeFloats.of(gradients);
        workers = new Workers(Math.max(1, threads));
        tensors = new ModelTensors(model.graph());
        traits = ModelTraits.of(model);
        sampled = new SampledTargets(traits);
        segments = new SegmentMemory(recurrence.truncate());
        newProbe = () -> probe(gradients, activations);
        Translation.Result fast = translate(activations, layout, gradients);
        fallbacks = fast.notCovered();
        execution =
                fast.program()
                        .<Execution>map(program -> new FastExecution(program, tensors, workers))
                        .orElseGet(
                                () -> new Dl4jExecution(model, layout, traits, tensors, gradients));
        // Fast layers share the cores themselves.
        this.threads = NativeThreads.borrow(fast.program().isPresent() ? 1 : threads);
        generatorBefore = ThreadGenerator.now();
    }

    private Translation.Result translate(
            Optional<Activations> activations, ArrayLayout layout, INDArray gradients) {
        if (activations.isEmpty()) {
            return new Translation.Result(Optional.empty(), List.of());
        }
        if (lent && recurrence.truncate() > 0) {
            // DL4J's way back begins every segment at a state of zero. A program that goes on with
            // the network's own fit gets the same from us; elsewhere segments go on where they
            // were.
            return new Translation.Result(
                    Optional.empty(), List.of("truncated back-propagation as DL4J does it"));
        }
        if (!layout.isOurs()) {
            return new Translation.Result(
                    Optional.empty(), List.of("the model has its channels last"));
        }
        return Translation.of(
                model.graph(),
                inputShape,
                NativeFloats.memory(model.parameters()),
                NativeFloats.memory(gradients),
                activations.get()::functionOf);
    }

    private SignalProbe probe(INDArray gradients, Optional<Activations> activations) {
        return new SignalProbe(
                new SignalProbe.Model(
                        model.graph(),
                        tensors.layers(),
                        NativeFloats.memory(model.parameters()),
                        NativeFloats.memory(gradients),
                        !layout.isOurs(),
                        activations.map(found -> found::functionOf),
                        workers));
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
    public List<LayerEnding> endings() {
        LayerEndings known = new LayerEndings();
        List<LayerEnding> endings = new ArrayList<>();
        Node output = model.graph().output();
        for (Node node : model.graph().nodes()) {
            if (node.layer() != null && !node.equals(output)) {
                endings.add(known.of(node));
            }
        }
        endings.add(known.of(output));
        return endings;
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
    public void gradientSquares(double[] sumOfSquares) {
        execution.gradientSquares(sumOfSquares);
    }

    @Override
    public void addPhases(PhaseTimes times) {
        execution.addPhases(times);
    }

    @Override
    public List<String> fallbacks() {
        return fallbacks;
    }

    @Override
    public Workers workers() {
        return workers;
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
        return segments.of((ArrayBatch) batch, index);
    }

    @Override
    public void drawFrom(long seed) {
        execution.drawFrom(seed);
    }

    @Override
    public double gradient(Batch batch) {
        return execution.gradient((ArrayBatch) batch);
    }

    @Override
    public PassTrace trace(Batch batch) {
        float[] kept = new float[gradient.limit()];
        gradient.get(0, kept, 0, kept.length);
        PassTrace trace =
                new PassTracer(
                                model.graph(),
                                tensors,
                                parameters,
                                gradient,
                                (ArrayBatch) batch,
                                traits.lossHasLogarithm())
                        .trace(execution);
        gradient.put(0, kept, 0, kept.length);
        return trace;
    }

    @Override
    public void sampledGradient(Batch batch, RandomGenerator random) {
        execution.gradient(sampled.draw((ArrayBatch) batch, execution, random));
    }

    @Override
    public double loss(Batch batch) {
        return execution.trainingLoss((ArrayBatch) batch);
    }

    @Override
    public double evaluationLoss(Batch batch) {
        return execution.evaluationLoss((ArrayBatch) batch);
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
        execution.predict((ArrayBatch) batch, outputs);
    }

    @Override
    public Signals signals(Batch batch, long seed) {
        if (signals == null) {
            signals = newProbe.get();
        }
        ArrayBatch ours = (ArrayBatch) batch;
        Dl4jModel.Arrays arrays = layout.toModel(ours.arrays());
        INDArray mask = Dl4jModel.Arrays.first(arrays.featureMasks());
        model.setMasks(arrays);
        try {
            return signals.measure(
                    new SignalProbe.Batch(arrays.features(), mask, ours.examples()), seed);
        } finally {
            model.clearMasks();
        }
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
        workers.close();
        threads.close();
        if (traits.draws()) {
            generatorBefore.restore();
        }
        if (lent) {
            model.clearState();
        } else {
            execution.close();
        }
    }
}
