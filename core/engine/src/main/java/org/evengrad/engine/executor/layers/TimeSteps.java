package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** The way from examples that lie one behind the other to time steps that do, and back. */
final class TimeSteps {
    private TimeSteps() {}

    /**
     * Lays the examples of a shard out step by step.
     *
     * @param examples {@code [examples][width][steps]}
     * @param value whose shape is used
     * @param steps its memory, or some of the same size
     */
    static void from(FloatBuffer examples, Shard shard, Value value, Floats steps) {
        int width = value.width();
        int count = shard.steps();
        int rows = shard.rows();
        Worker worker = shard.worker();
        float[] example = worker.scratch(0, width * count);
        float[] turned = worker.scratch(1, width * count);
        FloatBuffer to = steps.buffer();
        for (int row = 0; row < rows; row++) {
            examples.get((shard.from() + row) * width * count, example, 0, width * count);
            turn(example, width, count, turned);
            int at = shard.start(value) + row * width;
            for (int step = 0; step < count; step++) {
                to.put(at + step * rows * width, turned, step * width, width);
            }
        }
    }

    /** Writes a matrix column by column. */
    private static void turn(float[] matrix, int rows, int columns, float[] turned) {
        for (int row = 0; row < rows; row++) {
            int from = row * columns;
            for (int column = 0; column < columns; column++) {
                turned[column * rows + row] = matrix[from + column];
            }
        }
    }

    /**
     * Lays the time steps of a shard out example by example.
     *
     * @param examples {@code [examples][width][steps]}
     */
    static void to(float[] examples, Shard shard, Value value) {
        int width = value.width();
        int count = shard.steps();
        int rows = shard.rows();
        FloatBuffer from = value.data().buffer();
        float[] one = shard.worker().scratch(0, width);
        for (int row = 0; row < rows; row++) {
            int to = (shard.from() + row) * width * count;
            for (int step = 0; step < count; step++) {
                from.get(shard.start(value) + (step * rows + row) * width, one, 0, width);
                for (int i = 0; i < width; i++) {
                    examples[to + i * count + step] = one[i];
                }
            }
        }
    }

    /** Writes the error of one row of a value that is read, or adds to it. */
    static void give(Value.Use use, int at, float[] error, float[] scratch, int width) {
        FloatBuffer errors = use.value().error().buffer();
        if (use.adds()) {
            errors.get(at, scratch, 0, width);
            Biases.add(scratch, error, width);
            errors.put(at, scratch, 0, width);
        } else {
            errors.put(at, error, 0, width);
        }
    }
}
