package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;

/** Makes groups of examples that lie number by number, as layers for images read them. */
public final class Interleave implements Layer {
    private final Value.Use input;
    private final Value output;

    /** Between two values of the same shape. */
    public Interleave(Value.Use input, Value output) {
        this.input = input;
        this.output = output;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        for (int group = 0; group < Groups.count(shard); group++) {
            Transposition.group(
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
            Transposition.separate(
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
