package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** An activation of its own. */
public final class Activate implements Layer {
    private final Value.Use input;
    private final Value output;
    private final Nonlinearity activation;

    /** An activation between two values of the same shape. */
    public Activate(Value.Use input, Value output, Nonlinearity activation) {
        this.input = input;
        this.output = output;
        this.activation = activation;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        float[] x = shard.worker().scratch(0, Worker.CHUNK);
        int end = shard.start(output) + shard.rows(output) * output.width();
        for (int at = shard.start(output); at < end; at += Worker.CHUNK) {
            int size = Math.min(Worker.CHUNK, end - at);
            input.value().data().buffer().get(at, x, 0, size);
            activation.forward(x, x, size);
            output.data().buffer().put(at, x, 0, size);
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (input.wantsError()) {
            int start = shard.start(output);
            int size = shard.rows(output) * output.width();
            Slopes.multiply(activation, input.value(), output, start, size, shard.worker());
            input.give(shard, output.error(), start, size);
        }
    }
}
