package org.evengrad.benchmarks;

import java.util.concurrent.TimeUnit;
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
 * One update of all parameters against copying what it touches, in turns, so that whatever slows
 * the machine down slows both down.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 250, timeUnit = TimeUnit.MILLISECONDS)
public class OptimizerBenchmark {
    /** The optimizer's name. */
    @Param("sgd")
    public String optimizer;

    /** How many parameters. */
    @Param({"1000000", "30000000"})
    public int parameters;

    private Model model;

    /** The quickest turn of each in an iteration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Nanoseconds {
        /** Copying to the heap and back. */
        public long copy;

        /** The same with the update. */
        public long update;

        /** A whole step of the engine. */
        public long step;
    }

    /** Makes the model. */
    @Setup
    public void prepare() {
        model = new Model(Installed.optimizer(optimizer), parameters);
    }

    /** One turn. */
    @Benchmark
    public void turn(Nanoseconds nanoseconds) {
        long begin = System.nanoTime();
        model.copy();
        long copied = System.nanoTime();
        model.update();
        long updated = System.nanoTime();
        model.step();
        long stepped = System.nanoTime();
        nanoseconds.copy = Quickest.of(nanoseconds.copy, copied - begin);
        nanoseconds.update = Quickest.of(nanoseconds.update, updated - copied);
        nanoseconds.step = Quickest.of(nanoseconds.step, stepped - updated);
    }
}
