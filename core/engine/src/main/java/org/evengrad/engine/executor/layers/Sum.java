package org.evengrad.engine.executor.layers;

import java.util.List;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/**
 * Adds values of the same shape, each times a number. An input that nothing else reads has the
 * memory of the sum's error for its own, so that a residual block copies its error only once.
 */
public final class Sum implements Layer {
    private final List<Value.Use> inputs;
    private final float[] factors;
    private final Value output;
    private Value.Use sharing;

    /**
     * A sum.
     *
     * @param factors what each input is multiplied by
     */
    public Sum(List<Value.Use> inputs, float[] factors, Value output) {
        this.inputs = List.copyOf(inputs);
        this.factors = factors.clone();
        this.output = output;
    }

    @Override
    public void connect() {
        for (int i = 0; sharing == null && i < factors.length; i++) {
            Value.Use input = inputs.get(i);
            if (factors[i] == 1 && input.wantsError() && input.isOnly()) {
                input.value().showErrorOf(output);
                sharing = input;
            }
        }
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        Worker worker = shard.worker();
        float[] sum = worker.scratch(0, Worker.CHUNK);
        float[] x = worker.scratch(1, Worker.CHUNK);
        int end = shard.start(output) + shard.rows(output) * output.width();
        for (int at = shard.start(output); at < end; at += Worker.CHUNK) {
            int size = Math.min(Worker.CHUNK, end - at);
            for (int i = 0; i < factors.length; i++) {
                float[] to = i == 0 ? sum : x;
                inputs.get(i).value().data().buffer().get(at, to, 0, size);
                if (factors[i] != 1) {
                    multiply(to, factors[i], size);
                }
                if (i > 0) {
                    add(sum, x, size);
                }
            }
            output.data().buffer().put(at, sum, 0, size);
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        int start = shard.start(output);
        int size = shard.rows(output) * output.width();
        for (int i = factors.length - 1; i >= 0; i--) {
            Value.Use input = inputs.get(i);
            if (!input.wantsError() || input == sharing) {
                continue;
            }
            if (factors[i] == 1) {
                input.give(shard, output.error(), start, size);
            } else {
                giveScaled(input, factors[i], start, size, shard.worker());
            }
        }
    }

    private void giveScaled(Value.Use input, float factor, int start, int size, Worker worker) {
        float[] errors = worker.scratch(0, Worker.CHUNK);
        for (int at = start; at < start + size; at += Worker.CHUNK) {
            int piece = Math.min(Worker.CHUNK, start + size - at);
            output.error().buffer().get(at, errors, 0, piece);
            multiply(errors, factor, piece);
            input.give(errors, at, piece, worker);
        }
    }

    private static void multiply(float[] x, float factor, int size) {
        for (int i = 0; i < size; i++) {
            x[i] *= factor;
        }
    }

    private static void add(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            x[i] += y[i];
        }
    }
}
