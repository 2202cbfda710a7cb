package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** Sequences from their end to their beginning. Padding stays where it is, as zeros. */
public final class ReverseSteps implements Layer {
    private final Value.Use input;
    private final Value output;
    private final boolean sparesPadding;

    /**
     * Reverses sequences.
     *
     * @param sparesPadding whether padding stays where it is
     */
    public ReverseSteps(Value.Use input, Value output, boolean sparesPadding) {
        this.input = input;
        this.output = output;
        this.sparesPadding = sparesPadding;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        FloatBuffer from = input.value().data().buffer();
        FloatBuffer to = output.data().buffer();
        int width = output.width();
        float[] values = shard.worker().scratch(0, width);
        for (int row = 0; row < shard.rows(); row++) {
            int source = shard.steps();
            for (int step = 0; step < shard.steps(); step++) {
                int at = shard.start(output) + (step * shard.rows() + row) * width;
                if (isPadding(pass, shard, step, row)) {
                    Arrays.fill(values, 0, width, 0);
                } else {
                    source = before(pass, shard, source, row);
                    int start = shard.start(input.value());
                    from.get(start + (source * shard.rows() + row) * width, values, 0, width);
                }
                to.put(at, values, 0, width);
            }
        }
    }

    /** The last step before one that counts. */
    private int before(Pass pass, Shard shard, int step, int row) {
        int before = step - 1;
        while (isPadding(pass, shard, before, row)) {
            before--;
        }
        return before;
    }

    private boolean isPadding(Pass pass, Shard shard, int step, int row) {
        return sparesPadding
                && Masks.isMasked(pass)
                && Masks.at(pass.examples().featureMask().orElseThrow().buffer(), shard, step, row)
                        == 0;
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (!input.wantsError()) {
            return;
        }
        FloatBuffer from = output.error().buffer();
        int width = output.width();
        Worker worker = shard.worker();
        float[] error = worker.scratch(0, width);
        float[] scratch = worker.scratch(1, width);
        for (int row = 0; row < shard.rows(); row++) {
            int source = shard.steps();
            for (int step = 0; step < shard.steps(); step++) {
                if (isPadding(pass, shard, step, row)) {
                    Arrays.fill(error, 0, width, 0);
                } else {
                    source = before(pass, shard, source, row);
                    int start = shard.start(output);
                    from.get(start + (source * shard.rows() + row) * width, error, 0, width);
                }
                int at = shard.start(input.value()) + (step * shard.rows() + row) * width;
                TimeSteps.give(input, at, error, scratch, width);
            }
        }
    }
}
