package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;

/** Rows of several parts, such as the gates of a recurrent unit, and arrays of one part each. */
final class Parts {
    private Parts() {}

    /** Reads one part of each row into an array. */
    static void read(
            FloatBuffer rows, int at, int count, int parts, int part, float[] into, int units) {
        for (int row = 0; row < count; row++) {
            rows.get(at + (row * parts + part) * units, into, row * units, units);
        }
    }

    /** Writes one part of each row. */
    static void write(
            FloatBuffer rows, int at, int count, int parts, int part, float[] from, int units) {
        for (int row = 0; row < count; row++) {
            rows.put(at + (row * parts + part) * units, from, row * units, units);
        }
    }

    /** Reads a part's biases, once for each row. */
    static void repeat(FloatBuffer biases, int at, float[] into, int rows, int units) {
        for (int row = 0; row < rows; row++) {
            biases.get(at, into, row * units, units);
        }
    }

    /** Arrays for some steps that hold what they did, or larger ones. */
    static float[][] reserve(float[][] arrays, int steps, int size) {
        return arrays.length >= steps && (steps == 0 || arrays[0].length >= size)
                ? arrays
                : new float[steps][size];
    }

    /** An array that is at least so large. */
    static float[] reserve(float[] array, int size) {
        return array.length >= size ? array : new float[size];
    }
}
