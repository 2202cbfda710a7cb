package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/**
 * Finds out whether the rows of a value have at most one number each that is not zero, as symbols
 * that go in one-hot do. A product with such rows needs no arithmetic to speak of.
 */
final class OneHotRows {
    private final Value value;
    private int[] places = {};
    private float[] numbers = {};
    private boolean[] found = {};

    OneHotRows(Value value) {
        this.value = value;
    }

    /** Makes room for a pass. */
    void prepare(Pass pass) {
        int rows = pass.examples().rows() * pass.examples().steps();
        if (places.length < rows) {
            places = new int[rows];
            numbers = new float[rows];
        }
        if (found.length < pass.shards()) {
            found = new boolean[pass.shards()];
        }
    }

    /** Looks at the rows of a shard; true if none has two numbers that are not zero. */
    boolean find(Shard shard) {
        found[shard.index()] = search(shard);
        return found[shard.index()];
    }

    private boolean search(Shard shard) {
        int width = value.width();
        int first = shard.start(value) / width;
        int end = first + shard.rows(value);
        int atATime = Biases.rowsAtATime(width);
        float[] rows = shard.worker().scratch(0, atATime * width);
        for (int from = first; from < end; from += atATime) {
            int count = Math.min(atATime, end - from);
            value.data().buffer().get(from * width, rows, 0, count * width);
            for (int i = 0; i < count; i++) {
                int place = place(rows, i * width, width);
                if (place >= 0 && place(rows, i * width + place + 1, width - place - 1) >= 0) {
                    return false;
                }
                places[from + i] = place;
                numbers[from + i] = place < 0 ? 0 : rows[i * width + place];
            }
        }
        return true;
    }

    /** Where the first number is that is not zero; -1 if all are. */
    private static int place(float[] row, int at, int width) {
        for (int i = 0; i < width; i++) {
            if (row[at + i] != 0) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the last look at each of the shards found no more than one. */
    boolean wereFound(Shard[] shards) {
        for (Shard shard : shards) {
            if (!found[shard.index()]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes the products of a shard's rows and a matrix.
     *
     * @param matrix on the heap, row by row
     */
    void multiply(Shard shard, float[][] matrix, Value products) {
        int width = products.width();
        int first = shard.start(value) / value.width();
        FloatBuffer to = products.data().buffer();
        float[] product = shard.worker().scratch(0, width);
        for (int row = first; row < first + shard.rows(value); row++) {
            int place = places[row];
            if (place >= 0 && numbers[row] == 1) {
                to.put(row * width, matrix[place], 0, width);
                continue;
            }
            Arrays.fill(product, 0, width, 0);
            if (place >= 0) {
                addMultiple(product, numbers[row], matrix[place], width);
            }
            to.put(row * width, product, 0, width);
        }
    }

    /**
     * Adds the errors of the products to the gradient of the matrix.
     *
     * @param rows of all shards
     * @param first of the columns that are wanted
     * @param gradient those columns, on the heap, row by row
     */
    void addGradient(
            int rows, Value products, int first, int columns, float[][] gradient, Worker worker) {
        float[] error = worker.scratch(0, columns);
        FloatBuffer errors = products.error().buffer();
        for (int row = 0; row < rows; row++) {
            if (places[row] >= 0) {
                errors.get(row * products.width() + first, error, 0, columns);
                addMultiple(gradient[places[row]], numbers[row], error, columns);
            }
        }
    }

    private static void addMultiple(float[] sums, float factor, float[] values, int size) {
        for (int i = 0; i < size; i++) {
            sums[i] += factor * values[i];
        }
    }
}
