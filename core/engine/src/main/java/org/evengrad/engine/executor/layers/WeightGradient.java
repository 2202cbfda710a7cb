package org.evengrad.engine.executor.layers;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** The gradient of some units' weights: their errors times what they read, over all rows. */
final class WeightGradient implements GradientTask {
    /** So few units make the products slow. */
    private static final int FEWEST_UNITS = 128;

    /** About so many weights at a time keep all workers busy. */
    private static final int WEIGHTS = 32_768;

    private final Floats gradient;
    private final Value input;
    private final Value output;
    private final int firstUnit;
    private final int units;
    private final int from;

    private WeightGradient(
            Floats gradient, Value input, Value output, int firstUnit, int units, int from) {
        this.gradient = gradient;
        this.input = input;
        this.output = output;
        this.firstUnit = firstUnit;
        this.units = units;
        this.from = from;
    }

    /**
     * Cuts the weights between two values into tasks.
     *
     * @param weights where those of the first unit begin; those of a unit lie together
     */
    static List<GradientTask> tasks(Floats gradient, Value input, Value output, int weights) {
        int all = output.width();
        int most = Math.max(FEWEST_UNITS, WEIGHTS / input.width());
        int count = (all + most - 1) / most;
        int atATime = (all + count - 1) / count;
        List<GradientTask> tasks = new ArrayList<>();
        for (int unit = 0; unit < all; unit += atATime) {
            tasks.add(
                    new WeightGradient(
                            gradient,
                            input,
                            output,
                            unit,
                            Math.min(atATime, all - unit),
                            weights + unit * input.width()));
        }
        return tasks;
    }

    @Override
    public int from() {
        return from;
    }

    @Override
    public int size() {
        return units * input.width();
    }

    @Override
    public void run(Pass pass, Shard[] shards, Worker worker) {
        int rows = 0;
        for (Shard shard : shards) {
            rows += shard.rows(output);
        }
        worker.products()
                .multiply(
                        true,
                        false,
                        units,
                        input.width(),
                        rows,
                        output.error(),
                        firstUnit,
                        output.width(),
                        input.data(),
                        0,
                        input.width(),
                        0,
                        gradient,
                        from,
                        input.width());
    }
}
