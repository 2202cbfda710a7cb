package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A matrix on the heap, in an array for each row, so that the JIT vectorizes loops over a row.
 * Allocates only where it grows.
 */
final class HeapMatrix {
    /** Columns that are transposed at a time: as many floats as a line of the cache has. */
    private static final int LINE = 16;

    private float[][] rows = {};
    private float[] lines = {};

    /** Its rows; there may be more, and wider ones, than the matrix has. */
    float[][] rows() {
        return rows;
    }

    /** Fills a matrix with zeros. */
    void clear(int height, int width) {
        rows = Parts.reserve(rows, height, width);
        for (int row = 0; row < height; row++) {
            Arrays.fill(rows[row], 0, width, 0);
        }
    }

    /** Reads a matrix from where it lies row by row. */
    void readRows(FloatBuffer from, int at, int height, int width) {
        rows = Parts.reserve(rows, height, width);
        for (int row = 0; row < height; row++) {
            from.get(at + row * width, rows[row], 0, width);
        }
    }

    /** Reads a matrix from where it lies column by column. */
    void readColumns(FloatBuffer columns, int at, int height, int width) {
        rows = Parts.reserve(rows, height, width);
        lines = Parts.reserve(lines, LINE * height);
        for (int first = 0; first < width; first += LINE) {
            int count = Math.min(LINE, width - first);
            columns.get(at + first * height, lines, 0, count * height);
            for (int row = 0; row < height; row++) {
                float[] into = rows[row];
                for (int i = 0; i < count; i++) {
                    into[first + i] = lines[i * height + row];
                }
            }
        }
    }

    /** Writes a matrix column by column. */
    void writeColumns(FloatBuffer columns, int at, int height, int width) {
        lines = Parts.reserve(lines, LINE * height);
        for (int first = 0; first < width; first += LINE) {
            int count = Math.min(LINE, width - first);
            for (int row = 0; row < height; row++) {
                float[] from = rows[row];
                for (int i = 0; i < count; i++) {
                    lines[i * height + row] = from[first + i];
                }
            }
            columns.put(at + first * height, lines, 0, count * height);
        }
    }
}
