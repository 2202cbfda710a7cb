package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;

/** One number for each channel of images that lie in groups: their largest, their sum or mean. */
public final class GlobalPooling implements Layer {
    private final Value.Use input;
    private final Value output;
    private final int area;
    private final Kind kind;

    /** What becomes of the numbers of a channel. */
    public enum Kind {
        /** The largest; of equal ones the first gets the error. */
        MAXIMUM,
        /** Their sum. */
        SUM,
        /** Their mean. */
        MEAN
    }

    /**
     * A layer between two values.
     *
     * @param input in groups
     * @param output a number for each channel, example by example
     */
    public GlobalPooling(Value.Use input, Value output, Kind kind) {
        this.input = input;
        this.output = output;
        this.kind = kind;
        area = input.value().width() / output.width();
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        float[] read = shard.worker().scratch(0, area * Groups.LARGEST);
        float[] pooled = shard.worker().scratch(1, output.width() * Groups.LARGEST);
        for (int group = 0; group < Groups.count(shard); group++) {
            int examples = Groups.examples(shard, group);
            int in = Groups.start(shard, group, input.value());
            int out = Groups.start(shard, group, output);
            for (int channel = 0; channel < output.width(); channel++) {
                int size = area * examples;
                input.value().data().buffer().get(in + channel * size, read, 0, size);
                for (int example = 0; example < examples; example++) {
                    pooled[example * output.width() + channel] = pool(read, example, examples);
                }
            }
            output.data().buffer().put(out, pooled, 0, examples * output.width());
        }
    }

    private float pool(float[] read, int example, int examples) {
        if (kind == Kind.MAXIMUM) {
            return read[largest(read, example, examples)];
        }
        float sum = 0;
        for (int i = example; i < area * examples; i += examples) {
            sum += read[i];
        }
        return kind == Kind.SUM ? sum : sum / area;
    }

    private int largest(float[] read, int example, int examples) {
        int largest = example;
        for (int i = example; i < area * examples; i += examples) {
            // What is no number stays, as it must not go unseen.
            if (read[i] > read[largest] || Float.isNaN(read[i])) {
                largest = i;
            }
        }
        return largest;
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (!input.wantsError()) {
            return;
        }
        float[] read = shard.worker().scratch(0, area * Groups.LARGEST);
        float[] errors = shard.worker().scratch(1, area * Groups.LARGEST);
        FloatBuffer all = input.value().error().buffer();
        for (int group = 0; group < Groups.count(shard); group++) {
            int examples = Groups.examples(shard, group);
            int size = area * examples;
            int in = Groups.start(shard, group, input.value());
            int out = Groups.start(shard, group, output);
            for (int channel = 0; channel < output.width(); channel++) {
                if (input.adds()) {
                    all.get(in + channel * size, errors, 0, size);
                } else {
                    Arrays.fill(errors, 0, size, 0);
                }
                if (kind == Kind.MAXIMUM) {
                    input.value().data().buffer().get(in + channel * size, read, 0, size);
                }
                for (int example = 0; example < examples; example++) {
                    float error =
                            output.error().buffer().get(out + example * output.width() + channel);
                    if (kind == Kind.MAXIMUM) {
                        errors[largest(read, example, examples)] += error;
                    } else {
                        add(errors, example, examples, kind == Kind.SUM ? error : error / area);
                    }
                }
                all.put(in + channel * size, errors, 0, size);
            }
        }
    }

    private void add(float[] errors, int example, int examples, float error) {
        for (int i = example; i < area * examples; i += examples) {
            errors[i] += error;
        }
    }
}
