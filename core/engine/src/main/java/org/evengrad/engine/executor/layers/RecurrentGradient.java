package org.evengrad.engine.executor.layers;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** The gradient of recurrent weights: errors times the output one time step before. */
final class RecurrentGradient implements GradientTask {
    private static final int FEWEST = 128;
    private static final int WEIGHTS = 32_768;

    private final Floats gradient;
    private final SegmentState state;
    private final Value output;
    private final Value recurrent;
    private final int first;
    private final int count;
    private final int from;

    private RecurrentGradient(
            Floats gradient,
            SegmentState state,
            Value output,
            Value recurrent,
            int first,
            int count,
            int from) {
        this.gradient = gradient;
        this.state = state;
        this.output = output;
        this.recurrent = recurrent;
        this.first = first;
        this.count = count;
        this.from = from;
    }

    /**
     * Cuts the recurrent weights into tasks.
     *
     * @param recurrent has the errors of the products
     * @param weights where the first weights begin
     */
    static List<GradientTask> tasks(
            Floats gradient, SegmentState state, Value output, Value recurrent, int weights) {
        int units = output.width();
        int atATime = Math.max(FEWEST, WEIGHTS / units);
        List<GradientTask> tasks = new ArrayList<>();
        for (int at = 0; at < recurrent.width(); at += atATime) {
            tasks.add(
                    new RecurrentGradient(
                            gradient,
                            state,
                            output,
                            recurrent,
                            at,
                            Math.min(atATime, recurrent.width() - at),
                            weights + at * units));
        }
        return tasks;
    }

    @Override
    public int from() {
        return from;
    }

    @Override
    public int size() {
        return count * output.width();
    }

    @Override
    public void run(Pass pass, Shard[] shards, Worker worker) {
        boolean written = false;
        for (Shard shard : shards) {
            int start = shard.start(recurrent) + first;
            if (!state.isZero()) {
                Floats began = state.began(0);
                multiply(
                        worker, shard.rows(), start, began, shard.from() * output.width(), written);
                written = true;
            }
            if (shard.steps() > 1) {
                multiply(
                        worker,
                        (shard.steps() - 1) * shard.rows(),
                        start + shard.rows() * recurrent.width(),
                        output.data(),
                        shard.start(output),
                        written);
                written = true;
            }
        }
        if (!written) {
            float[] zeros = worker.scratch(0, size());
            java.util.Arrays.fill(zeros, 0, size(), 0);
            gradient.buffer().put(from, zeros, 0, size());
        }
    }

    private void multiply(
            Worker worker, int rows, int atError, Floats before, int atBefore, boolean adds) {
        int units = output.width();
        worker.products()
                .multiply(
                        true,
                        false,
                        count,
                        units,
                        rows,
                        recurrent.error(),
                        atError,
                        recurrent.width(),
                        before,
                        atBefore,
                        units,
                        adds ? 1 : 0,
                        gradient,
                        from,
                        units);
    }
}
