package org.evengrad.engine.executor.layers;

import java.util.Arrays;

/**
 * How pooling goes along the width: what its taps read, laid out so that loops over neighbors
 * combine them.
 *
 * @param across how the window moves
 */
record PoolingWindow(Axis across) {
    /** Numbers of an output line of so many examples. */
    int size(int examples) {
        return across.output() * examples;
    }

    /**
     * Lays out what a tap reads of a line.
     *
     * @param padding what it reads outside
     */
    void gather(float[] line, float[] read, int tap, int examples, float padding) {
        int first = across.first(tap);
        int end = across.end(tap);
        Arrays.fill(read, 0, first * examples, padding);
        int step = step(first, end);
        for (int x = first; x < end; x += step) {
            System.arraycopy(
                    line, across.at(x, tap) * examples, read, x * examples, step * examples);
        }
        Arrays.fill(read, end * examples, size(examples), padding);
    }

    /** Puts back what {@link #gather} has laid out. */
    void scatter(float[] read, float[] line, int tap, int examples) {
        int first = across.first(tap);
        int end = across.end(tap);
        int step = step(first, end);
        for (int x = first; x < end; x += step) {
            System.arraycopy(
                    read, x * examples, line, across.at(x, tap) * examples, step * examples);
        }
    }

    private int step(int first, int end) {
        return across.stride() == 1 ? Math.max(1, end - first) : 1;
    }
}
