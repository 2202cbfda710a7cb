package org.evengrad.benchmarks;

import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
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

/** One update with Adam against DL4J's own updater, in turns. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class AdamBenchmark {
    private static final int ITERATION = 500;

    /** How many parameters. */
    @Param({"1000000", "30000000"})
    public int parameters;

    private Model model;
    private NativeThreads threads;
    private INDArray theirParameters;
    private INDArray gradient;
    private INDArray theirGradient;
    private GradientUpdater<?> updater;

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
        float[] values = model.parameters();
        theirParameters = Nd4j.createFromArray(values).reshape(1, values.length);
        model.gradient().get(0, values);
        gradient = Nd4j.createFromArray(values).reshape(1, values.length);
        theirGradient = gradient.dup();
        double rate = Installed.optimizer("adam").learningRate();
        updater = new Adam(rate).instantiate(Nd4j.zeros(1, 2L * values.length), true);
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

    /** The updater leaves the change in the gradient's place. */
    private long theirs() {
        theirGradient.assign(gradient);
        long begin = System.nanoTime();
        updater.applyUpdater(theirGradient, ITERATION, 0);
        theirParameters.subi(theirGradient);
        return System.nanoTime() - begin;
    }
}
