package org.evengrad.engine.dl4j;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Machine;
import org.evengrad.engine.network.Network;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** A chain of dense layers that DL4J computes. */
final class Dl4jNetwork implements Network {
    private final MultiLayerNetwork network;
    private final NativeThreads threads;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<String> layers = new ArrayList<>();
    private final FloatBuffer parameters;
    private final FloatBuffer gradient;
    private final Map<Integer, ArrayBatch> batches = new HashMap<>();
    private final Map<Integer, SampledTargets> sampled = new HashMap<>();
    private ArrayBatch latest;

    Dl4jNetwork(MultiLayerNetwork network, int threads) {
        this.network = network;
        // DL4J divides by the batch only in its updater, which is not used.
        network.initGradientsView();
        parameters = NativeFloats.of(network.params());
        gradient = NativeFloats.of(network.getFlattenedGradients());
        describe();
        this.threads = NativeThreads.borrow(threads);
    }

    private void describe() {
        Layer[] all = network.getLayers();
        NormalMoments before = NormalMoments.IDENTITY;
        for (int i = 0; i < all.length; i++) {
            FeedForwardLayer layer = (FeedForwardLayer) all[i].conf().getLayer();
            layers.add(layer.getLayerName());
            boolean last = i == all.length - 1;
            int fanIn = (int) layer.getNIn();
            int units = (int) layer.getNOut();
            NormalMoments behind =
                    last
                            ? NormalMoments.IDENTITY
                            : NormalMoments.of(((BaseLayer) layer).getActivationFn());
            for (String key : all[i].paramTable().keySet()) {
                boolean bias = key.equals(DefaultParamInitializer.BIAS_KEY);
                Role role = bias ? Role.BIAS : last ? Role.OUTPUT : Role.WEIGHT;
                tensors.add(
                        new Tensor(
                                layer.getLayerName() + "." + key,
                                tensors.size(),
                                i,
                                i + 1,
                                role,
                                bias ? List.of(units) : List.of(units, fanIn),
                                units,
                                fanIn,
                                units,
                                0,
                                0,
                                0,
                                behind.gain(),
                                before.secondMoment()));
            }
            before = behind;
        }
    }

    @Override
    public List<Tensor> tensors() {
        return List.copyOf(tensors);
    }

    @Override
    public List<String> layers() {
        return List.copyOf(layers);
    }

    @Override
    public int inputs() {
        return (int) ((FeedForwardLayer) network.getLayer(0).conf().getLayer()).getNIn();
    }

    @Override
    public int outputs() {
        return (int) outputLayer().getNOut();
    }

    private BaseOutputLayer outputLayer() {
        return (BaseOutputLayer) network.getOutputLayer().conf().getLayer();
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
    public Batch batch(int rows) {
        if (latest == null || latest.rows() != rows) {
            latest = batches.computeIfAbsent(rows, this::newBatch);
        }
        return latest;
    }

    private ArrayBatch newBatch(int rows) {
        INDArray features = Nd4j.create(DataType.FLOAT, new long[] {rows, inputs()}, 'c');
        INDArray targets = Nd4j.create(DataType.FLOAT, new long[] {rows, outputs()}, 'c');
        return new ArrayBatch(
                rows, features, targets, NativeFloats.of(features), NativeFloats.of(targets));
    }

    @Override
    public double gradient(Batch batch) {
        ArrayBatch arrays = (ArrayBatch) batch;
        network.setInput(arrays.featureArray());
        network.setLabels(arrays.targetArray());
        network.computeGradientAndScore();
        network.clear();
        return network.score();
    }

    @Override
    public void sampledGradient(Batch batch, RandomGenerator random) {
        ArrayBatch arrays = (ArrayBatch) batch;
        SampledTargets targets = sampled.computeIfAbsent(batch.rows(), this::newSampledTargets);
        predict(batch, targets.predictions());
        ILossFunction loss = outputLayer().getLossFn();
        if (loss instanceof LossMCXENT) {
            sampleClasses(targets, random);
        } else if (loss instanceof LossBinaryXENT) {
            sampleEvents(targets, random);
        } else {
            sampleNumbers(targets, random);
        }
        targets.floats().put(0, targets.samples(), 0, targets.samples().length);
        gradient(
                new ArrayBatch(
                        batch.rows(),
                        arrays.featureArray(),
                        targets.array(),
                        arrays.features(),
                        targets.floats()));
    }

    private SampledTargets newSampledTargets(int rows) {
        INDArray array = Nd4j.create(DataType.FLOAT, new long[] {rows, outputs()}, 'c');
        int size = rows * outputs();
        return new SampledTargets(array, NativeFloats.of(array), new float[size], new float[size]);
    }

    /** One class for each example, as likely as predicted. */
    private void sampleClasses(SampledTargets targets, RandomGenerator random) {
        int classes = outputs();
        Arrays.fill(targets.samples(), 0);
        for (int row = 0; row < targets.predictions().length; row += classes) {
            double left = random.nextDouble();
            int drawn = 0;
            while (drawn < classes - 1 && left >= targets.predictions()[row + drawn]) {
                left -= targets.predictions()[row + drawn];
                drawn++;
            }
            targets.samples()[row + drawn] = 1;
        }
    }

    private static void sampleEvents(SampledTargets targets, RandomGenerator random) {
        for (int i = 0; i < targets.samples().length; i++) {
            targets.samples()[i] = random.nextDouble() < targets.predictions()[i] ? 1 : 0;
        }
    }

    /**
     * Normal around the prediction. The loss of an example is the mean over its outputs of the
     * squared error, which is minus the logarithm of a normal density of variance outputs / 2.
     */
    private void sampleNumbers(SampledTargets targets, RandomGenerator random) {
        double deviation = Math.sqrt(outputs() / 2.0);
        for (int i = 0; i < targets.samples().length; i++) {
            targets.samples()[i] =
                    (float) (targets.predictions()[i] + deviation * random.nextGaussian());
        }
    }

    @Override
    public double loss(Batch batch) {
        ArrayBatch arrays = (ArrayBatch) batch;
        double[] perExample =
                network.scoreExamples(
                                new org.nd4j.linalg.dataset.DataSet(
                                        arrays.featureArray(), arrays.targetArray()),
                                false)
                        .toDoubleVector();
        double sum = 0;
        for (double loss : perExample) {
            sum += loss;
        }
        network.clear();
        return sum / perExample.length;
    }

    @Override
    public void predict(Batch batch, float[] outputs) {
        INDArray result = network.output(((ArrayBatch) batch).featureArray(), false);
        INDArray rows = result.ordering() == 'c' && !result.isView() ? result : result.dup('c');
        NativeFloats.of(rows).get(0, outputs, 0, (int) rows.length());
        // The buffer does not keep the array's memory alive.
        Reference.reachabilityFence(rows);
        network.clear();
    }

    @Override
    public List<LayerSignal> signals(Batch batch, long seed) {
        return new SignalProbe(network).measure(((ArrayBatch) batch).featureArray(), seed);
    }

    @Override
    public List<String> needsEvengrad() {
        List<String> needs = new ArrayList<>();
        for (Layer layer : network.getLayers()) {
            IActivation activation = ((BaseLayer) layer.conf().getLayer()).getActivationFn();
            if (activation instanceof StrategyActivation strategy) {
                needs.add(
                        layer.conf().getLayer().getLayerName()
                                + ": activation "
                                + strategy.strategy());
            }
        }
        return needs;
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
        ModelZip.write(network, file, evengradJson);
    }

    @Override
    public void close() {
        threads.close();
        Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }

    private record ArrayBatch(
            int rows,
            INDArray featureArray,
            INDArray targetArray,
            FloatBuffer features,
            FloatBuffer targets)
            implements Batch {}

    /** Targets drawn from predictions, for batches of one size. */
    private record SampledTargets(
            INDArray array, FloatBuffer floats, float[] predictions, float[] samples) {}
}
