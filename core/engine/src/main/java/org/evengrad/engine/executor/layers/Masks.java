package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;

/** What padding in sequences does to the rows of a value. */
final class Masks {
    private Masks() {}

    /** Whether some time steps are padding. */
    static boolean isMasked(Pass pass) {
        return pass.examples().featureMask().isPresent();
    }

    /** What the row of an example counts at a time step. */
    static float at(FloatBuffer mask, Shard shard, int step, int row) {
        return mask.get((shard.from() + row) * shard.steps() + step);
    }

    /**
     * Multiplies the rows of one time step by the mask; NaN times 0 is 0.
     *
     * @param values {@code [rows of the shard][width]}
     */
    static void multiply(Pass pass, Shard shard, int step, float[] values, int width) {
        FloatBuffer mask = pass.examples().featureMask().orElseThrow().buffer();
        for (int row = 0; row < shard.rows(); row++) {
            float factor = at(mask, shard, step, row);
            if (factor != 1) {
                for (int i = row * width; i < (row + 1) * width; i++) {
                    values[i] = factor == 0 ? 0 : factor * values[i];
                }
            }
        }
    }

    /** Multiplies a value's part of a shard, or its error, by the mask. */
    static void multiply(Pass pass, Shard shard, Value value, Floats memory) {
        FloatBuffer mask = pass.examples().featureMask().orElseThrow().buffer();
        FloatBuffer all = memory.buffer();
        int width = value.width();
        int rows = shard.rows();
        float[] values = shard.worker().scratch(0, width);
        for (int step = 0; step < shard.steps(); step++) {
            for (int row = 0; row < rows; row++) {
                float factor = at(mask, shard, step, row);
                if (factor != 1) {
                    int start = shard.start(value) + (step * rows + row) * width;
                    all.get(start, values, 0, width);
                    for (int i = 0; i < width; i++) {
                        values[i] = factor == 0 ? 0 : factor * values[i];
                    }
                    all.put(start, values, 0, width);
                }
            }
        }
    }
}
