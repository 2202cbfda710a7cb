package org.evengrad.engine.executor;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.evengrad.engine.executor.Pass.Mode;
import org.evengrad.engine.parallel.Workers;

/**
 * Runs a program. The batch is cut into shards, one for each worker, that go forward and back side
 * by side; then the workers share the gradients of the weights, which are products over the whole
 * batch. So no gradient has to be added up over shards, and its statistics are taken while it is in
 * the cache.
 *
 * <p>For one thread, beside its workers.
 */
public final class Executor {
    /** Multiplications in a forward pass below which waking other threads costs more. */
    private static final long WORTH_SHARING = 1_000_000;

    /** Elements whose sum of squares takes much longer than reading the clock. */
    private static final int WORTH_A_CLOCK = 4096;

    private final Program program;
    private final Workers workers;
    private final long worthSharing;
    private final Worker[] each;
    private final Value[] values;
    private final Layer[] layers;
    private final Pass pass = new Pass();
    private final GradientTask[] tasks;
    private final SquareSum[] squareSums;
    private final double[] squares;
    private final AtomicInteger nextTask = new AtomicInteger();
    private final Workers.Task work = this::work;

    private Shard[] shards = new Shard[0];
    private int[] tensors = new int[0];
    private long forwardNanos;
    private long backwardNanos;
    private long weightGradientNanos;
    private long squaresNanos;
    private int rows = -1;
    private int steps = -1;

    /** Prepares to run a program on some workers. */
    public Executor(Program program, Workers workers) {
        this(program, workers, WORTH_SHARING);
    }

    /**
     * Prepares to run a program on some workers.
     *
     * @param worthSharing from how many multiplications in a forward pass on they all take part
     */
    public Executor(Program program, Workers workers, long worthSharing) {
        this.program = program;
        this.worthSharing = worthSharing;
        this.workers = workers;
        values = program.values().toArray(new Value[0]);
        layers = program.layers().toArray(new Layer[0]);
        each = new Worker[workers.count()];
        squareSums = new SquareSum[each.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = new Worker(i, workers);
            squareSums[i] =
                    new SquareSum(program.gradient().address(), program.gradient().buffer());
        }
        List<GradientTask> all = new ArrayList<>();
        // The last layers' errors are still in the cache.
        for (int i = layers.length - 1; i >= 0; i--) {
            all.addAll(layers[i].gradients());
        }
        tasks = all.toArray(new GradientTask[0]);
        squares = new double[tasks.length];
    }

    /**
     * Computes the gradient.
     *
     * @return the sum of the losses
     */
    public double gradient(Examples examples, long seed, int segment) {
        return run(examples, Mode.GRADIENT, seed, segment);
    }

    /** The sum of the losses in training mode. */
    public double trainingLoss(Examples examples, long seed, int segment) {
        return run(examples, Mode.TRAINING_LOSS, seed, segment);
    }

    /** The sum of the losses in evaluation mode. */
    public double evaluationLoss(Examples examples) {
        return run(examples, Mode.EVALUATION, 0, -1);
    }

    /** What the network gives, in the order of the targets. */
    public void predict(Examples examples, float[] predictions) {
        run(examples, Mode.EVALUATION, 0, -1);
        program.loss().predictions(pass, shards, predictions);
    }

    /**
     * The sums of squares of the gradient.
     *
     * @param offsets where each tensor begins, in increasing order
     * @param sums receives one sum for each tensor
     */
    public void squares(int[] offsets, double[] sums) {
        if (tensors.length != tasks.length) {
            tensors = new int[tasks.length];
            for (int i = 0; i < tasks.length; i++) {
                int found = Arrays.binarySearch(offsets, tasks[i].from());
                tensors[i] = tasks[i].isStatistic() ? -1 : found >= 0 ? found : -found - 2;
            }
        }
        Arrays.fill(sums, 0);
        for (int i = 0; i < tasks.length; i++) {
            if (tensors[i] >= 0) {
                sums[tensors[i]] += squares[i];
            }
        }
    }

    /** How long the last gradient's way to the loss took. */
    public long forwardNanos() {
        return forwardNanos;
    }

    /** How long the last gradient's way back took. */
    public long backwardNanos() {
        return backwardNanos;
    }

    /** How long the gradients of weights took. */
    public long weightGradientNanos() {
        return weightGradientNanos;
    }

    /** How long their sums of squares took. */
    public long squaresNanos() {
        return squaresNanos;
    }

    /**
     * Computes the gradient as {@link #gradient} does, bit for bit, and shows what arises.
     *
     * @return the sum of the losses
     */
    public double trace(Examples examples, long seed, int segment, PassObserver observer) {
        prepare(examples, Mode.GRADIENT, seed, segment);
        for (Value value : values) {
            value.clearError();
        }
        List<Program.Part> parts = program.parts();
        for (Program.Part part : parts) {
            onShards(worker -> forward(part.from(), part.to(), shards[worker]));
            part.output()
                    .ifPresent(value -> observer.output(part.name(), seen(value, value.data())));
        }
        Loss loss = program.loss();
        String last = parts.get(parts.size() - 1).name();
        float[] predicted = new float[shards[0].allRows(loss.output()) * loss.output().width()];
        loss.predictions(pass, shards, predicted);
        int perRow = predicted.length / rows;
        observer.predictions(
                last,
                new PassObserver.Numbers(
                        FloatBuffer.wrap(predicted), predicted.length, i -> i / perRow));
        if (loss.input().isLearned()) {
            observer.lossGradient(last, seen(loss.input(), loss.input().error()));
        }
        for (int i = parts.size() - 1; i >= 0; i--) {
            Program.Part part = parts.get(i);
            onShards(worker -> backward(part.from(), part.to(), shards[worker]));
            for (Value input : part.inputs()) {
                if (input.isLearned()) {
                    observer.inputGradient(part.name(), seen(input, input.error()));
                }
            }
        }
        onShards(
                worker -> {
                    for (int i = nextTask.getAndIncrement();
                            i < tasks.length;
                            i = nextTask.getAndIncrement()) {
                        tasks[i].run(pass, shards, each[worker]);
                    }
                });
        return sumOfLosses();
    }

    private PassObserver.Numbers seen(Value value, Floats numbers) {
        int size = shards[0].allRows(value) * value.width();
        return new PassObserver.Numbers(numbers.buffer(), size, i -> exampleOf(value, i));
    }

    private int exampleOf(Value value, int element) {
        if (value.isGrouped()) {
            return -1;
        }
        for (Shard shard : shards) {
            int at = element - shard.start(value);
            if (at < shard.rows(value) * value.width()) {
                return shard.from() + at / value.width() % shard.rows();
            }
        }
        return -1;
    }

    private void onShards(Workers.Task task) {
        if (shards.length == 1) {
            task.run(0);
        } else {
            workers.run(task);
        }
    }

    private double run(Examples examples, Mode mode, long seed, int segment) {
        prepare(examples, mode, seed, segment);
        onShards(work);
        return sumOfLosses();
    }

    private void prepare(Examples examples, Mode mode, long seed, int segment) {
        pass.begin(examples, mode, seed, segment);
        cut(examples);
        pass.cutInto(shards.length);
        for (Value value : values) {
            value.reserve(rows, steps, pass.goesBack());
        }
        for (Layer layer : layers) {
            layer.prepare(pass);
        }
        nextTask.set(0);
    }

    private double sumOfLosses() {
        double sum = 0;
        for (int i = 0; i < shards.length; i++) {
            sum += program.loss().sum(i);
        }
        return sum;
    }

    private void cut(Examples examples) {
        if (examples.rows() == rows && examples.steps() == steps) {
            return;
        }
        rows = examples.rows();
        steps = examples.steps();
        long work = 0;
        for (Layer layer : layers) {
            work += layer.work(steps) * rows;
        }
        int count = work < worthSharing || rows < each.length ? 1 : each.length;
        shards = new Shard[count];
        for (int i = 0; i < count; i++) {
            shards[i] = new Shard(i, count, rows, steps, each[i]);
        }
    }

    private void work(int worker) {
        Shard shard = shards[worker];
        long began = System.nanoTime();
        forward(0, layers.length, shard);
        long turned = System.nanoTime();
        if (!pass.goesBack()) {
            return;
        }
        backward(0, layers.length, shard);
        shard.meet();
        long returned = System.nanoTime();
        long counting = shards.length == 1 ? gradientsAlone() : sharedGradients(worker);
        if (worker == 0) {
            forwardNanos = turned - began;
            backwardNanos = returned - turned;
            weightGradientNanos = System.nanoTime() - returned - counting;
            squaresNanos = counting;
        }
    }

    /**
     * Computes gradients and their squares, each by the worker that is free.
     *
     * @return the nanoseconds that the squares took
     */
    private long sharedGradients(int worker) {
        long counting = 0;
        for (int i = nextTask.getAndIncrement(); i < tasks.length; i = nextTask.getAndIncrement()) {
            tasks[i].run(pass, shards, each[worker]);
            counting += square(worker, i, i + 1);
        }
        return counting;
    }

    /** The same for one worker: small gradients together, since reading the clock takes longer. */
    private long gradientsAlone() {
        long counting = 0;
        int from = 0;
        while (from < tasks.length) {
            int to = from;
            int elements = 0;
            while (to < tasks.length && elements < WORTH_A_CLOCK) {
                tasks[to].run(pass, shards, each[0]);
                elements += tasks[to].size();
                to++;
            }
            counting += square(0, from, to);
            from = to;
        }
        return counting;
    }

    private long square(int worker, int from, int to) {
        long began = System.nanoTime();
        for (int i = from; i < to; i++) {
            squares[i] = squareSums[worker].of(tasks[i].from(), tasks[i].size());
        }
        return System.nanoTime() - began;
    }

    private void forward(int from, int to, Shard shard) {
        for (int i = from; i < to; i++) {
            layers[i].forward(pass, shard);
        }
    }

    private void backward(int from, int to, Shard shard) {
        for (int i = to - 1; i >= from; i--) {
            layers[i].backward(pass, shard);
        }
    }
}
