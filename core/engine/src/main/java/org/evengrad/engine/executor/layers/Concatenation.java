package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.List;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** Puts the features or channels of values one behind the other. */
public final class Concatenation implements Layer {
    private final List<Value.Use> inputs;
    private final Value output;

    /** A concatenation; the output is as wide as all inputs together. */
    public Concatenation(List<Value.Use> inputs, Value output) {
        this.inputs = List.copyOf(inputs);
        this.output = output;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        FloatBuffer to = output.data().buffer();
        int at = shard.start(output);
        for (int i = 0; i < inputs.size(); i++) {
            Value input = inputs.get(i).value();
            int width = input.width();
            for (int row = 0; row < shard.rows(output); row++) {
                to.put(
                        at + row * output.width(),
                        input.data().buffer(),
                        shard.start(input) + row * width,
                        width);
            }
            at += width;
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        Worker worker = shard.worker();
        int at = shard.start(output) + output.width();
        for (int i = inputs.size() - 1; i >= 0; i--) {
            Value input = inputs.get(i).value();
            int width = input.width();
            float[] errors = worker.scratch(0, width);
            at -= width;
            for (int row = 0; inputs.get(i).wantsError() && row < shard.rows(output); row++) {
                output.error().buffer().get(at + row * output.width(), errors, 0, width);
                inputs.get(i).give(errors, shard.start(input) + row * width, width, worker);
            }
        }
    }
}
