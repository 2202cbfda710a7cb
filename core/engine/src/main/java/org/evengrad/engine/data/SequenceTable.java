package org.evengrad.engine.data;

import java.util.Arrays;

/**
 * Sequences whose steps are rows of another table. A row holds all steps of the first feature, then
 * those of the second, and so on; zeros fill up what a sequence is shorter than the longest.
 *
 * @param lines a step each
 * @param order the steps of the first sequence in the order of time, then those of the second…
 * @param starts where each sequence begins in the order; and the length of the order
 * @param steps of the longest sequence
 */
record SequenceTable(FloatTable lines, int[] order, int[] starts, int steps) implements FloatTable {
    @Override
    public int rows() {
        return starts.length - 1;
    }

    @Override
    public int width() {
        return lines.width() * steps;
    }

    @Override
    public float get(int row, int column) {
        int step = column % steps;
        return step < length(row) ? lines.get(order[starts[row] + step], column / steps) : 0;
    }

    @Override
    public void read(int row, float[] out, int at) {
        Arrays.fill(out, at, at + width(), 0);
        int length = length(row);
        int features = lines.width();
        for (int step = 0; step < length; step++) {
            int line = order[starts[row] + step];
            for (int feature = 0; feature < features; feature++) {
                out[at + feature * steps + step] = lines.get(line, feature);
            }
        }
    }

    private int length(int row) {
        return starts[row + 1] - starts[row];
    }
}
