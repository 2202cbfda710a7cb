package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** The gradient of some of the vectors, or of some places of all: errors added up in row order. */
final class EmbeddingGradient implements GradientTask {
    private static final int WEIGHTS = 32_768;

    private final Floats gradient;
    private final Value input;
    private final Value output;
    private final Embedding.Table table;
    private final int first;
    private final int count;

    private EmbeddingGradient(
            Floats gradient,
            Value input,
            Value output,
            Embedding.Table table,
            int first,
            int count) {
        this.gradient = gradient;
        this.input = input;
        this.output = output;
        this.table = table;
        this.first = first;
        this.count = count;
    }

    static List<GradientTask> tasks(
            Floats gradient, Value input, Value output, Embedding.Table table) {
        int all = table.together() ? table.symbols() : table.size();
        int length = table.together() ? table.size() : table.symbols();
        int atATime = Math.max(1, WEIGHTS / length);
        List<GradientTask> tasks = new ArrayList<>();
        for (int at = 0; at < all; at += atATime) {
            tasks.add(
                    new EmbeddingGradient(
                            gradient, input, output, table, at, Math.min(atATime, all - at)));
        }
        return tasks;
    }

    @Override
    public int from() {
        return table.together() ? table.at(first, 0) : table.at(0, first);
    }

    @Override
    public int size() {
        return count * (table.together() ? table.size() : table.symbols());
    }

    @Override
    public void run(Pass pass, Shard[] shards, Worker worker) {
        int size = table.size();
        int rows = 0;
        for (Shard shard : shards) {
            rows += shard.rows(output);
        }
        float[] sums = worker.scratch(0, size());
        float[] error = worker.scratch(1, size);
        Arrays.fill(sums, 0, size(), 0);
        FloatBuffer errors = output.error().buffer();
        for (int row = 0; row < rows; row++) {
            int symbol = Embedding.symbol(input, row, table.symbols());
            if (!table.together()) {
                errors.get(row * size + first, error, 0, count);
                for (int i = 0; i < count; i++) {
                    sums[i * table.symbols() + symbol] += error[i];
                }
            } else if (symbol >= first && symbol < first + count) {
                errors.get(row * size, error, 0, size);
                int at = (symbol - first) * size;
                for (int i = 0; i < size; i++) {
                    sums[at + i] += error[i];
                }
            }
        }
        gradient.buffer().put(from(), sums, 0, size());
    }
}
