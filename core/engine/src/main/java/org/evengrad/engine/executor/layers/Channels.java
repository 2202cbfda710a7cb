package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/**
 * Which features or channels the numbers of rows belong to. Rows are worked on some at a time, or
 * in pieces if they are wide, so that all that is together at an index is of the same channel: then
 * sums over rows are loops that the JIT vectorizes.
 */
final class Channels {
    private final int width;
    private final int pixels;

    /** Those of an image, or the features of anything else. */
    Channels(Value.Shape shape) {
        width = shape.width();
        pixels = shape.isImage() ? width / shape.channels() : 1;
    }

    /** How many there are. */
    int count() {
        return width / pixels;
    }

    /** How many numbers of a row belong to one. */
    int pixels() {
        return pixels;
    }

    /** How many rows are worked on at a time. */
    int rowsAtATime() {
        return Math.max(1, Worker.CHUNK / width);
    }

    /** How much of a row is worked on at a time. */
    int piece() {
        return Math.min(width, Worker.CHUNK);
    }

    /** How many numbers of so many rows, from a place in the first on, are worked on together. */
    int size(int from, int rows) {
        return Math.min(piece(), width - from) * Math.min(rows, rowsAtATime());
    }

    /**
     * Repeats what each channel has for all its numbers.
     *
     * @param from the first number's place in its row
     * @param size as {@link #size} has it
     */
    void spread(float[] channels, float[] numbers, int from, int size) {
        int part = Math.min(Math.min(piece(), width - from), size);
        if (pixels == 1) {
            System.arraycopy(channels, from, numbers, 0, part);
        } else {
            int channel = from / pixels;
            int left = pixels - from % pixels;
            for (int i = 0; i < part; i++) {
                numbers[i] = channels[channel];
                if (--left == 0) {
                    channel++;
                    left = pixels;
                }
            }
        }
        for (int done = part; done < size; done *= 2) {
            System.arraycopy(numbers, 0, numbers, done, Math.min(done, size - done));
        }
    }

    /** Adds numbers up for each channel. */
    void gather(float[] numbers, double[] channels, int from, int size) {
        int part = Math.min(Math.min(piece(), width - from), size);
        for (int start = 0; start < size; start += part) {
            int channel = from / pixels;
            int left = pixels - from % pixels;
            for (int i = start; i < start + part; i++) {
                channels[channel] += numbers[i];
                if (--left == 0) {
                    channel++;
                    left = pixels;
                }
            }
        }
    }
}
