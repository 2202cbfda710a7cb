package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Worker;

/** The ways between examples that lie one by one and groups that lie number by number. */
final class Transposition {
    private Transposition() {}

    /**
     * Writes a group's examples number by number.
     *
     * @param width numbers of an example
     * @param adds whether to add to what is there
     */
    static void group(
            Floats rows,
            int atRows,
            Floats group,
            int atGroup,
            int width,
            int examples,
            boolean adds,
            Worker worker) {
        float[] from = worker.scratch(0, Worker.CHUNK);
        float[] to = worker.scratch(1, Worker.CHUNK);
        int atATime = Worker.CHUNK / Groups.LARGEST;
        for (int first = 0; first < width; first += atATime) {
            int count = Math.min(atATime, width - first);
            for (int example = 0; example < examples; example++) {
                rows.buffer().get(atRows + example * width + first, from, example * count, count);
            }
            transpose(from, to, examples, count);
            int at = atGroup + first * examples;
            if (adds) {
                group.buffer().get(at, from, 0, count * examples);
                Biases.add(to, from, count * examples);
            }
            group.buffer().put(at, to, 0, count * examples);
        }
    }

    /** The way back. */
    static void separate(
            Floats group,
            int atGroup,
            Floats rows,
            int atRows,
            int width,
            int examples,
            boolean adds,
            Worker worker) {
        float[] from = worker.scratch(0, Worker.CHUNK);
        float[] to = worker.scratch(1, Worker.CHUNK);
        int atATime = Worker.CHUNK / Groups.LARGEST;
        for (int first = 0; first < width; first += atATime) {
            int count = Math.min(atATime, width - first);
            group.buffer().get(atGroup + first * examples, from, 0, count * examples);
            transpose(from, to, count, examples);
            if (adds) {
                for (int example = 0; example < examples; example++) {
                    int at = atRows + example * width + first;
                    rows.buffer().get(at, from, example * count, count);
                }
                Biases.add(to, from, count * examples);
            }
            for (int example = 0; example < examples; example++) {
                rows.buffer().put(atRows + example * width + first, to, example * count, count);
            }
        }
    }

    private static void transpose(float[] from, float[] to, int rows, int columns) {
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
    }
}
