package org.evengrad.engine.executor.layers;

import java.util.Arrays;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** Some neighboring features or channels of a value. */
public final class Slice implements Layer {
    private final Value.Use input;
    private final int from;
    private final Value output;

    /**
     * A part of each row.
     *
     * @param from the first number of a row that it has
     * @param output as wide as the part
     */
    public Slice(Value.Use input, int from, Value output) {
        this.input = input;
        this.from = from;
        this.output = output;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        int width = output.width();
        int all = input.value().width();
        for (int row = 0; row < shard.rows(output); row++) {
            output.data()
                    .buffer()
                    .put(
                            shard.start(output) + row * width,
                            input.value().data().buffer(),
                            shard.start(input.value()) + row * all + from,
                            width);
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (!input.wantsError()) {
            return;
        }
        int width = output.width();
        int all = input.value().width();
        Worker worker = shard.worker();
        float[] errors = worker.scratch(0, all);
        Arrays.fill(errors, 0, all, 0);
        for (int row = 0; row < shard.rows(output); row++) {
            int at = shard.start(input.value()) + row * all;
            if (input.adds()) {
                output.error().buffer().get(shard.start(output) + row * width, errors, 0, width);
                input.give(errors, at + from, width, worker);
            } else {
                output.error().buffer().get(shard.start(output) + row * width, errors, from, width);
                input.give(errors, at, all, worker);
            }
        }
    }
}
