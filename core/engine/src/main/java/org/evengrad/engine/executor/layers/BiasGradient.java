package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** The gradient of biases: the sum of a value's errors over all rows. */
final class BiasGradient implements GradientTask {
    private final Floats gradient;
    private final Value output;
    private final int from;
    private Floats ones = Floats.allocate(0);

    /**
     * Of the biases behind a value.
     *
     * @param from where they begin
     */
    BiasGradient(Floats gradient, Value output, int from) {
        this.gradient = gradient;
        this.output = output;
        this.from = from;
    }

    @Override
    public int from() {
        return from;
    }

    @Override
    public int size() {
        return output.width();
    }

    @Override
    public void run(Pass pass, Shard[] shards, Worker worker) {
        int rows = 0;
        for (Shard shard : shards) {
            rows += shard.rows(output);
        }
        if (ones.size() < rows) {
            ones = Floats.allocate(rows);
            for (int i = 0; i < rows; i++) {
                ones.buffer().put(i, 1);
            }
        }
        worker.products()
                .sumRows(
                        rows,
                        output.width(),
                        output.error(),
                        0,
                        output.width(),
                        ones,
                        gradient,
                        from);
    }
}
