package org.evengrad.engine.executor.layers;

import java.util.List;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** Multiplies values of the same shape, element by element. */
public final class Product implements Layer {
    private final List<Value.Use> inputs;
    private final Value output;

    /** A product. */
    public Product(List<Value.Use> inputs, Value output) {
        this.inputs = List.copyOf(inputs);
        this.output = output;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        Worker worker = shard.worker();
        float[] product = worker.scratch(0, Worker.CHUNK);
        int end = shard.start(output) + shard.rows(output) * output.width();
        for (int at = shard.start(output); at < end; at += Worker.CHUNK) {
            int size = Math.min(Worker.CHUNK, end - at);
            inputs.get(0).value().data().buffer().get(at, product, 0, size);
            multiplyByAllBut(0, product, at, size, worker);
            output.data().buffer().put(at, product, 0, size);
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        Worker worker = shard.worker();
        float[] errors = worker.scratch(0, Worker.CHUNK);
        int end = shard.start(output) + shard.rows(output) * output.width();
        for (int i = inputs.size() - 1; i >= 0; i--) {
            for (int at = shard.start(output);
                    inputs.get(i).wantsError() && at < end;
                    at += Worker.CHUNK) {
                int size = Math.min(Worker.CHUNK, end - at);
                output.error().buffer().get(at, errors, 0, size);
                multiplyByAllBut(i, errors, at, size, worker);
                inputs.get(i).give(errors, at, size, worker);
            }
        }
    }

    private void multiplyByAllBut(int left, float[] product, int at, int size, Worker worker) {
        float[] x = worker.scratch(1, Worker.CHUNK);
        for (int i = 0; i < inputs.size(); i++) {
            if (i != left) {
                inputs.get(i).value().data().buffer().get(at, x, 0, size);
                multiply(product, x, size);
            }
        }
    }

    private static void multiply(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            x[i] *= y[i];
        }
    }
}
