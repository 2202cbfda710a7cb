package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;

/** Lays examples one by one that lay number by number; the inverse of {@link Interleave}. */
public final class Separate implements Layer {
    private final Value.Use input;
    private final Value output;

    /** Between two values of the same shape. */
    public Separate(Value.Use input, Value output) {
        this.input = input;
        this.output = output;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        for (int group = 0; group < Groups.count(shard); group++) {
            Transposition.separate(
                    input.value().data(),
                    Groups.start(shard, group, input.value()),
                    output.data(),
                    Groups.start(shard, group, output),
                    output.width(),
                    Groups.examples(shard, group),
                    false,
                    shard.worker());
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (!input.wantsError()) {
            return;
        }
        for (int group = 0; group < Groups.count(shard); group++) {
            Transposition.group(
                    output.error(),
                    Groups.start(shard, group, output),
                    input.value().error(),
                    Groups.start(shard, group, input.value()),
                    output.width(),
                    Groups.examples(shard, group),
                    input.adds(),
                    shard.worker());
        }
    }
}
