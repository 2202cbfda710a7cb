package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Worker;

/** The biases of a layer, repeated for as many rows as are worked on at a time. */
final class Biases {
    private final Floats parameters;
    private final int offset;
    private final int units;

    /** Biases at an offset; none if it is negative. */
    Biases(Floats parameters, int offset, int units) {
        this.parameters = parameters;
        this.offset = offset;
        this.units = units;
    }

    /** How many rows are worked on at a time. */
    static int rowsAtATime(int width) {
        return Math.max(1, Worker.CHUNK / width);
    }

    /** Fills heap memory with the biases of some rows; false if there are none. */
    boolean repeat(float[] rows, int count) {
        if (offset < 0) {
            return false;
        }
        parameters.buffer().get(offset, rows, 0, units);
        int size = count * units;
        for (int done = units; done < size; done *= 2) {
            System.arraycopy(rows, 0, rows, done, Math.min(done, size - done));
        }
        return true;
    }

    static void add(float[] values, float[] biases, int size) {
        for (int i = 0; i < size; i++) {
            values[i] += biases[i];
        }
    }
}
