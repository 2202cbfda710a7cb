package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** The largest number, or the mean, under a window that moves over each channel of images. */
public final class Pooling implements Layer {
    private static final int LINE = 0;
    private static final int READ = 1;
    private static final int OUTPUT = 2;
    private static final int ERROR = 3;
    private static final int LEFT = 4;
    private static final int BEFORE = 5;

    /** Twice times the difference of two floats is infinite, or close to it. */
    private static final float HUGE = 1e30f;

    private final Value.Use input;
    private final Value output;
    private final Axis down;
    private final Axis across;
    private final PoolingWindow window;
    private final boolean overlaps;
    private final Kind kind;

    /** What becomes of the numbers under the window. */
    public enum Kind {
        /** The largest; padding counts as none. Of equal ones the first gets the error. */
        MAXIMUM,
        /** The mean of those that are no padding. */
        MEAN,
        /** The mean, with zeros for padding. */
        PADDED_MEAN
    }

    /** A layer between two values that lie in groups. */
    public Pooling(Value.Use input, Value output, Axis down, Axis across, Kind kind) {
        this.input = input;
        this.output = output;
        this.down = down;
        this.across = across;
        window = new PoolingWindow(across);
        overlaps = down.overlaps() || across.overlaps();
        this.kind = kind;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        float[] line = shard.worker().scratch(LINE, across.input() * Groups.LARGEST);
        float[] read = shard.worker().scratch(READ, across.output() * Groups.LARGEST);
        float[] pooled = shard.worker().scratch(OUTPUT, across.output() * Groups.LARGEST);
        FloatBuffer from = input.value().data().buffer();
        for (int group = 0; group < Groups.count(shard); group++) {
            int examples = Groups.examples(shard, group);
            int size = window.size(examples);
            int in = Groups.start(shard, group, input.value());
            int out = Groups.start(shard, group, output);
            int lineSize = across.input() * examples;
            for (int channel = 0; channel < output.shape().channels(); channel++) {
                for (int y = 0; y < down.output(); y++) {
                    Arrays.fill(pooled, 0, size, start());
                    for (int tapDown = 0; tapDown < down.kernel(); tapDown++) {
                        int at = down.at(y, tapDown);
                        if (!down.contains(at)) {
                            continue;
                        }
                        from.get(in + at * lineSize, line, 0, lineSize);
                        for (int tap = 0; tap < across.kernel(); tap++) {
                            window.gather(line, read, tap, examples, start());
                            combine(read, pooled, size);
                        }
                    }
                    if (kind != Kind.MAXIMUM) {
                        share(pooled, y, examples);
                    }
                    output.data().buffer().put(out, pooled, 0, size);
                    out += size;
                }
                in += down.input() * lineSize;
            }
        }
    }

    private float start() {
        return kind == Kind.MAXIMUM ? Float.NEGATIVE_INFINITY : 0;
    }

    private void combine(float[] read, float[] pooled, int size) {
        if (kind == Kind.MAXIMUM) {
            largest(read, pooled, size);
        } else {
            Biases.add(pooled, read, size);
        }
    }

    private static void largest(float[] read, float[] largest, int size) {
        for (int i = 0; i < size; i++) {
            largest[i] = Math.max(largest[i], read[i]);
        }
    }

    /** Multiplies sums by one over how many numbers they are of. */
    private void share(float[] sums, int y, int examples) {
        for (int x = 0; x < across.output(); x++) {
            int count =
                    kind == Kind.MEAN
                            ? down.inside(y) * across.inside(x)
                            : down.kernel() * across.kernel();
            scale(sums, x * examples, (x + 1) * examples, 1f / count);
        }
    }

    private static void scale(float[] values, int from, int to, float factor) {
        for (int i = from; i < to; i++) {
            values[i] *= factor;
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (!input.wantsError()) {
            return;
        }
        Value value = input.value();
        if (!input.adds()) {
            shard.worker()
                    .products()
                    .clear(shard.rows(value) * value.width(), value.error(), shard.start(value));
        }
        Worker worker = shard.worker();
        float[] pooled = worker.scratch(OUTPUT, across.output() * Groups.LARGEST);
        float[] error = worker.scratch(ERROR, across.output() * Groups.LARGEST);
        float[] left = worker.scratch(LEFT, across.output() * Groups.LARGEST);
        for (int group = 0; group < Groups.count(shard); group++) {
            int examples = Groups.examples(shard, group);
            int size = window.size(examples);
            int in = Groups.start(shard, group, value);
            int out = Groups.start(shard, group, output);
            int lineSize = across.input() * examples;
            for (int channel = 0; channel < output.shape().channels(); channel++) {
                for (int y = 0; y < down.output(); y++) {
                    output.error().buffer().get(out, error, 0, size);
                    if (kind == Kind.MAXIMUM) {
                        output.data().buffer().get(out, pooled, 0, size);
                        Arrays.fill(left, 0, size, 1);
                    } else {
                        share(error, y, examples);
                    }
                    for (int tapDown = 0; tapDown < down.kernel(); tapDown++) {
                        int at = down.at(y, tapDown);
                        if (down.contains(at)) {
                            backward(in + at * lineSize, examples, worker);
                        }
                    }
                    out += size;
                }
                in += down.input() * lineSize;
            }
        }
    }

    /** Adds to the errors of an input line what an output line has for it. */
    private void backward(int at, int examples, Worker worker) {
        int size = window.size(examples);
        int lineSize = across.input() * examples;
        float[] line = worker.scratch(LINE, lineSize);
        float[] read = worker.scratch(READ, size);
        float[] error = worker.scratch(ERROR, size);
        float[] before = worker.scratch(BEFORE, size);
        float[] errors = worker.scratch(BEFORE + 1, lineSize);
        FloatBuffer all = input.value().error().buffer();
        boolean adds = input.adds() || overlaps;
        if (adds) {
            all.get(at, errors, 0, lineSize);
        } else {
            Arrays.fill(errors, 0, lineSize, 0);
        }
        if (kind == Kind.MAXIMUM) {
            input.value().data().buffer().get(at, line, 0, lineSize);
        }
        for (int tap = 0; tap < across.kernel(); tap++) {
            if (adds) {
                window.gather(errors, before, tap, examples, 0);
            } else {
                Arrays.fill(before, 0, size, 0);
            }
            if (kind == Kind.MAXIMUM) {
                window.gather(line, read, tap, examples, Float.NEGATIVE_INFINITY);
                addWhereFirst(
                        read,
                        worker.scratch(OUTPUT, size),
                        worker.scratch(LEFT, size),
                        error,
                        before,
                        size);
            } else {
                Biases.add(before, error, size);
            }
            window.scatter(before, errors, tap, examples);
        }
        all.put(at, errors, 0, lineSize);
    }

    /**
     * Adds errors where a number is the largest of its window, and none before it was.
     *
     * @param left 1 where none was so far, else 0
     */
    private static void addWhereFirst(
            float[] read, float[] largest, float[] left, float[] error, float[] sum, int size) {
        // Loops that write one array each are vectorized.
        for (int i = 0; i < size; i++) {
            read[i] = left[i] / (1 + (largest[i] - read[i]) * HUGE * HUGE);
        }
        for (int i = 0; i < size; i++) {
            left[i] -= read[i];
        }
        for (int i = 0; i < size; i++) {
            sum[i] += error[i] * read[i];
        }
    }
}
