package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** The last time step of each sequence that is not padding. */
public final class LastStep implements Layer {
    private final Value.Use input;
    private final Value output;

    /** Makes rows of features from sequences of the same width. */
    public LastStep(Value.Use input, Value output) {
        this.input = input;
        this.output = output;
    }

    /** The last step that counts; the last one if none does. */
    private static int last(Pass pass, Shard shard, int row) {
        int last = shard.steps() - 1;
        if (Masks.isMasked(pass)) {
            FloatBuffer mask = pass.examples().featureMask().orElseThrow().buffer();
            for (int step = last; step >= 0; step--) {
                if (Masks.at(mask, shard, step, row) != 0) {
                    return step;
                }
            }
        }
        return last;
    }

    private int at(Shard shard, int step, int row) {
        return shard.start(input.value()) + (step * shard.rows() + row) * output.width();
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        int width = output.width();
        float[] values = shard.worker().scratch(0, width);
        for (int row = 0; row < shard.rows(); row++) {
            int from = at(shard, last(pass, shard, row), row);
            input.value().data().buffer().get(from, values, 0, width);
            output.data().buffer().put(shard.start(output) + row * width, values, 0, width);
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
        float[] scratch = worker.scratch(1, width);
        if (!input.adds()) {
            clear(shard);
        }
        for (int row = 0; row < shard.rows(); row++) {
            output.error().buffer().get(shard.start(output) + row * width, error, 0, width);
            TimeSteps.give(input, at(shard, last(pass, shard, row), row), error, scratch, width);
        }
    }

    private void clear(Shard shard) {
        float[] zeros = shard.worker().scratch(1, Worker.CHUNK);
        Arrays.fill(zeros, 0, Worker.CHUNK, 0);
        int end = shard.start(input.value()) + shard.rows(input.value()) * output.width();
        for (int at = shard.start(input.value()); at < end; at += Worker.CHUNK) {
            int size = Math.min(Worker.CHUNK, end - at);
            input.value().error().buffer().put(at, zeros, 0, size);
        }
    }
}
