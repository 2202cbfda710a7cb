package org.evengrad.engine.executor.layers;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Worker;

/**
 * The gradient of some filters' weights: the sum of what the shards have, in their order, laid out
 * as the weights are.
 */
final class FilterGradient implements GradientTask {
    /** About so many weights at a time keep all workers busy. */
    private static final int WEIGHTS = 32_768;

    private final Floats gradient;
    private final PerShard sums;
    private final int first;
    private final int count;
    private final int size;
    private final int from;
    private final FilterLayout layout;

    private FilterGradient(
            Floats gradient, PerShard sums, int first, int count, int from, FilterLayout layout) {
        this.gradient = gradient;
        this.sums = sums;
        this.first = first;
        this.count = count;
        this.from = from;
        this.layout = layout;
        size = layout.size();
    }

    /**
     * Cuts the filters into tasks.
     *
     * @param weights where those of the first filter begin
     */
    static List<GradientTask> tasks(
            Floats gradient, PerShard sums, int filters, int weights, FilterLayout layout) {
        int atATime = Math.max(1, WEIGHTS / layout.size());
        List<GradientTask> tasks = new ArrayList<>();
        for (int filter = 0; filter < filters; filter += atATime) {
            tasks.add(
                    new FilterGradient(
                            gradient,
                            sums,
                            filter,
                            Math.min(atATime, filters - filter),
                            weights + filter * layout.size(),
                            layout));
        }
        return tasks;
    }

    @Override
    public int from() {
        return from;
    }

    @Override
    public int size() {
        return count * size;
    }

    @Override
    public void run(Pass pass, Shard[] shards, Worker worker) {
        float[] packed = worker.scratch(0, size);
        float[] part = worker.scratch(1, size);
        float[] sum = worker.scratch(2, size);
        for (int i = 0; i < count; i++) {
            for (Shard shard : shards) {
                boolean isFirst = shard.index() == 0;
                layout.read(sums.of(shard), first + i, isFirst ? packed : part);
                if (!isFirst) {
                    Biases.add(packed, part, size);
                }
            }
            layout.unpack(packed, sum);
            gradient.buffer().put(from + i * size, sum, 0, size);
        }
    }
}
