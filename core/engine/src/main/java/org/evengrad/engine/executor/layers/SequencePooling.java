package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** One number for each feature of a sequence, over its time steps. Padding does not count. */
public final class SequencePooling implements Layer {
    private final Value.Use input;
    private final Value output;
    private final Kind kind;

    /** What is made of the numbers. */
    public enum Kind {
        /** Their mean. */
        MEAN,
        /** The largest of them. */
        LARGEST,
        /** Their sum. */
        SUM
    }

    /** Makes rows of features from sequences of the same width. */
    public SequencePooling(Value.Use input, Value output, Kind kind) {
        this.input = input;
        this.output = output;
        this.kind = kind;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        int width = output.width();
        Worker worker = shard.worker();
        float[] result = worker.scratch(0, width);
        float[] values = worker.scratch(1, width);
        for (int row = 0; row < shard.rows(); row++) {
            Arrays.fill(result, 0, width, kind == Kind.LARGEST ? Float.NEGATIVE_INFINITY : 0);
            float count = 0;
            for (int step = 0; step < shard.steps(); step++) {
                float factor = factor(pass, shard, step, row);
                count += factor;
                if (factor == 0) {
                    continue;
                }
                input.value().data().buffer().get(at(shard, step, row), values, 0, width);
                if (kind == Kind.LARGEST) {
                    larger(result, values, width);
                } else {
                    addTimes(result, values, factor, width);
                }
            }
            if (kind == Kind.MEAN) {
                divide(result, count, width);
            }
            output.data().buffer().put(shard.start(output) + row * width, result, 0, width);
        }
    }

    private static float factor(Pass pass, Shard shard, int step, int row) {
        return Masks.isMasked(pass)
                ? Masks.at(pass.examples().featureMask().orElseThrow().buffer(), shard, step, row)
                : 1;
    }

    private int at(Shard shard, int step, int row) {
        return shard.start(input.value()) + (step * shard.rows() + row) * output.width();
    }

    private static void larger(float[] result, float[] values, int size) {
        for (int i = 0; i < size; i++) {
            result[i] = Math.max(result[i], values[i]);
        }
    }

    private static void addTimes(float[] sum, float[] values, float factor, int size) {
        for (int i = 0; i < size; i++) {
            sum[i] += factor * values[i];
        }
    }

    private static void divide(float[] values, float by, int size) {
        for (int i = 0; i < size; i++) {
            values[i] /= by;
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (!input.wantsError()) {
            return;
        }
        int width = output.width();
        Worker worker = shard.worker();
        float[] error = worker.scratch(0, width);
        float[] given = worker.scratch(1, width);
        float[] scratch = worker.scratch(2, width);
        float[] largest = worker.scratch(3, width);
        FloatBuffer errors = output.error().buffer();
        for (int row = 0; row < shard.rows(); row++) {
            errors.get(shard.start(output) + row * width, error, 0, width);
            if (kind == Kind.MEAN) {
                float count = 0;
                for (int step = 0; step < shard.steps(); step++) {
                    count += factor(pass, shard, step, row);
                }
                divide(error, count, width);
            }
            output.data().buffer().get(shard.start(output) + row * width, largest, 0, width);
            for (int step = 0; step < shard.steps(); step++) {
                float factor = factor(pass, shard, step, row);
                Arrays.fill(given, 0, width, 0);
                if (factor != 0 && kind == Kind.LARGEST) {
                    FloatBuffer values = input.value().data().buffer();
                    values.get(at(shard, step, row), scratch, 0, width);
                    take(error, scratch, largest, given, width);
                } else if (factor != 0) {
                    addTimes(given, error, factor, width);
                }
                TimeSteps.give(input, at(shard, step, row), given, scratch, width);
            }
        }
    }

    /** The first of several that are the largest takes the error. */
    private static void take(
            float[] error, float[] values, float[] largest, float[] given, int size) {
        for (int i = 0; i < size; i++) {
            if (values[i] == largest[i]) {
                given[i] = error[i];
                error[i] = 0;
            }
        }
    }
}
