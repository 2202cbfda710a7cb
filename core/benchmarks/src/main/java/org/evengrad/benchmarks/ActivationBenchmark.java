package org.evengrad.benchmarks;

import java.nio.FloatBuffer;
import java.util.concurrent.TimeUnit;
import org.evengrad.spi.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
 * Forward and backward through one activation against DL4J's own, in turns. Both work on native
 * memory; ours copies it to the heap and back in chunks, and its backward pass reads the outputs
 * that the forward pass wrote. DL4J's works in place and gets the inputs alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class ActivationBenchmark {
    /** The activation's name. */
    @Param("relu")
    public String activation;

    /** Rows and columns of the batch. */
    @Param({"64x256", "256x2048"})
    public String batch;

    private final float[] x = new float[Model.CHUNK];
    private final float[] y = new float[Model.CHUNK];
    private final float[] gradient = new float[Model.CHUNK];

    private Activation ours;
    private IActivation theirs;
    private NativeThreads threads;
    private int size;
    private FloatBuffer inputs;
    private FloatBuffer outerGradient;
    private FloatBuffer outputs;
    private FloatBuffer gradients;
    private INDArray theirInputs;
    private INDArray theirOuterGradient;
    private INDArray theirValues;
    private INDArray theirGradients;

    /** The quickest pass of each in an iteration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Nanoseconds {
        /** Ours. */
        public long ours;

        /** DL4J's with the threads that it chose. */
        public long theirs;

        /** DL4J's with one thread. */
        public long theirsWithOneThread;
    }

    /** Makes the same batch for both. */
    @Setup
    public void prepare() {
        String[] sides = batch.split("x");
        int rows = Integer.parseInt(sides[0]);
        int columns = Integer.parseInt(sides[1]);
        size = rows * columns;
        ours = Installed.activation(activation);
        inputs = Model.random(size, 1, 1);
        outerGradient = Model.random(size, 2, 1);
        outputs = Model.random(size, 1, 1);
        gradients = Model.random(size, 2, 1);
        theirs = Counterpart.of(activation).orElse(null);
        if (theirs != null) {
            threads = new NativeThreads();
            theirInputs = Nd4j.createFromArray(array(inputs)).reshape(rows, columns);
            theirOuterGradient = Nd4j.createFromArray(array(outerGradient)).reshape(rows, columns);
            theirValues = theirInputs.dup();
            theirGradients = theirOuterGradient.dup();
        }
    }

    private static float[] array(FloatBuffer buffer) {
        float[] array = new float[buffer.limit()];
        buffer.get(0, array);
        return array;
    }

    /** One turn: small batches several times, so that they are in the cache for each. */
    @Benchmark
    public void turn(Nanoseconds nanoseconds) {
        int passes = Math.max(1, (1 << 18) / size);
        for (int pass = 0; pass < passes; pass++) {
            nanoseconds.ours = Quickest.of(nanoseconds.ours, ours());
        }
        if (theirs != null) {
            threads.byDefault();
            for (int pass = 0; pass < passes; pass++) {
                nanoseconds.theirs = Quickest.of(nanoseconds.theirs, theirs());
            }
            threads.one();
            for (int pass = 0; pass < passes; pass++) {
                nanoseconds.theirsWithOneThread =
                        Quickest.of(nanoseconds.theirsWithOneThread, theirs());
            }
        }
    }

    private long ours() {
        gradients.put(0, outerGradient, 0, size);
        long begin = System.nanoTime();
        for (int start = 0; start < size; start += x.length) {
            int count = Math.min(x.length, size - start);
            inputs.get(start, x, 0, count);
            ours.forward(x, y, count);
            outputs.put(start, y, 0, count);
        }
        for (int start = 0; start < size; start += x.length) {
            int count = Math.min(x.length, size - start);
            inputs.get(start, x, 0, count);
            outputs.get(start, y, 0, count);
            gradients.get(start, gradient, 0, count);
            ours.backward(x, y, gradient, count);
            gradients.put(start, gradient, 0, count);
        }
        return System.nanoTime() - begin;
    }

    private long theirs() {
        theirValues.assign(theirInputs);
        long begin = System.nanoTime();
        theirs.getActivation(theirValues, true);
        long forward = System.nanoTime() - begin;

        theirValues.assign(theirInputs);
        theirGradients.assign(theirOuterGradient);
        begin = System.nanoTime();
        theirs.backprop(theirValues, theirGradients);
        return forward + System.nanoTime() - begin;
    }
}
