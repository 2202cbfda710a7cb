package org.evengrad.engine.executor.layers;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/**
 * The gradient of some units' weights on a value that may be one-hot: their errors added up for
 * each symbol, else a product.
 */
final class OneHotGradient implements GradientTask {
    private final Floats gradient;
    private final OneHotRows oneHot;
    private final Value input;
    private final Value output;
    private final int firstUnit;
    private final GradientTask product;
    private final HeapMatrix sums = new HeapMatrix();

    private OneHotGradient(
            Floats gradient,
            OneHotRows oneHot,
            Value input,
            Value output,
            int firstUnit,
            GradientTask product) {
        this.gradient = gradient;
        this.oneHot = oneHot;
        this.input = input;
        this.output = output;
        this.firstUnit = firstUnit;
        this.product = product;
    }

    /**
     * Cuts the weights between two values into tasks.
     *
     * @param weights where those of the first unit begin; those of a unit lie together
     */
    static List<GradientTask> tasks(
            Floats gradient, OneHotRows oneHot, Value input, Value output, int weights) {
        List<GradientTask> tasks = new ArrayList<>();
        for (GradientTask product : WeightGradient.tasks(gradient, input, output, weights)) {
            int firstUnit = (product.from() - weights) / input.width();
            tasks.add(new OneHotGradient(gradient, oneHot, input, output, firstUnit, product));
        }
        return tasks;
    }

    @Override
    public int from() {
        return product.from();
    }

    @Override
    public int size() {
        return product.size();
    }

    @Override
    public void run(Pass pass, Shard[] shards, Worker worker) {
        if (!oneHot.wereFound(shards)) {
            product.run(pass, shards, worker);
            return;
        }
        int units = size() / input.width();
        sums.clear(input.width(), units);
        oneHot.addGradient(
                shards[0].allRows(output), output, firstUnit, units, sums.rows(), worker);
        sums.writeColumns(gradient.buffer(), from(), input.width(), units);
    }
}
