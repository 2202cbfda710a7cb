package org.evengrad.benchmarks;

import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One update with Adam against DL4J's own, in turns: what {@code fit} does between a gradient and
 * new parameters, which is to divide by the batch, to update and to subtract.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class AdamBenchmark {
    private static final int ITERATION = 500;
    private static final int BATCH_SIZE = 64;
    private static final int UNITS = 1000;

    /** How many parameters. */
    @Param({"1000000", "30000000"})
    public int parameters;

    private Model model;
    private NativeThreads threads;
    private MultiLayerNetwork theirs;
    private Gradient theirGradient;
    private INDArray theirParameters;
    private INDArray theirChange;
    private INDArray gradient;

    /** The quickest turn of each in an iteration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Nanoseconds {
        /** Ours: update with copies to the heap and back. */
        public long update;

        /** Ours: a whole step of the engine. */
        public long step;

        /** DL4J's with the threads that it chose. */
        public long theirs;

        /** DL4J's with one thread. */
        public long theirsWithOneThread;
    }

    /** Makes both models, of the same numbers. */
    @Setup
    public void prepare() {
        model = new Model(Installed.optimizer("adam"), parameters);
        threads = new NativeThreads();
        theirs = network(parameters / UNITS, Installed.optimizer("adam").learningRate());
        float[] values = model.parameters();
        theirParameters = theirs.params();
        theirParameters.assign(Nd4j.createFromArray(values).reshape(theirParameters.shape()));
        model.gradient().get(0, values);
        gradient = Nd4j.createFromArray(values).reshape(theirs.getFlattenedGradients().shape());
        theirChange = theirs.getFlattenedGradients().reshape(theirParameters.shape());
        theirGradient = new DefaultGradient(theirs.getFlattenedGradients());
        theirGradient.setGradientFor(
                "0_W", theirs.getFlattenedGradients().reshape('f', parameters / UNITS, UNITS));
    }

    /** One layer without biases. */
    private static MultiLayerNetwork network(int inputs, double rate) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Adam(rate))
                                .list()
                                .layer(
                                        new OutputLayer.Builder(new LossMSE())
                                                .nIn(inputs)
                                                .nOut(UNITS)
                                                .hasBias(false)
                                                .activation(Activation.IDENTITY)
                                                .build())
                                .build());
        network.init();
        network.initGradientsView();
        return network;
    }

    /** One turn. */
    @Benchmark
    public void turn(Nanoseconds nanoseconds) {
        long begin = System.nanoTime();
        model.update();
        long updated = System.nanoTime();
        model.step();
        long stepped = System.nanoTime();
        nanoseconds.update = Quickest.of(nanoseconds.update, updated - begin);
        nanoseconds.step = Quickest.of(nanoseconds.step, stepped - updated);

        threads.byDefault();
        nanoseconds.theirs = Quickest.of(nanoseconds.theirs, theirs());
        threads.one();
        nanoseconds.theirsWithOneThread = Quickest.of(nanoseconds.theirsWithOneThread, theirs());
    }

    private long theirs() {
        theirs.getFlattenedGradients().assign(gradient);
        long begin = System.nanoTime();
        theirs.getUpdater()
                .update(
                        theirs,
                        theirGradient,
                        ITERATION,
                        0,
                        BATCH_SIZE,
                        LayerWorkspaceMgr.noWorkspaces());
        theirParameters.subi(theirChange);
        return System.nanoTime() - begin;
    }
}
