package org.evengrad.engine.dl4j.signal;

import java.util.Arrays;
import org.evengrad.engine.executor.Value.Shape;

/**
 * Where the numbers lie that a node gives for a batch, in an array on the heap.
 *
 * @param rows examples
 * @param steps time steps of each; 1 if none
 * @param channels of an image, or features
 * @param pixels of an image; 1 if it is none
 * @param rowStride from one example to the next
 * @param stepStride from one time step to the next
 * @param channelStride from one channel to the next
 * @param pixelStride from one pixel to the next
 */
record Layout(
        int rows,
        int steps,
        int channels,
        int pixels,
        int rowStride,
        int stepStride,
        int channelStride,
        int pixelStride) {

    /** As fast layers have it in one piece: sequences step by step. */
    static Layout of(int rows, int steps, Shape shape) {
        int channels = shape.isImage() ? shape.channels() : shape.width();
        int pixels = shape.width() / Math.max(1, channels);
        return shape.sequence()
                ? new Layout(
                        rows,
                        steps,
                        channels,
                        pixels,
                        shape.width(),
                        rows * shape.width(),
                        pixels,
                        1)
                : new Layout(rows, 1, channels, pixels, shape.width(), 0, pixels, 1);
    }

    /**
     * As DL4J has it, in the order 'c'. Where time steps are rows of their own, the examples of a
     * step follow each other.
     *
     * @param channelsLast whether channels, or features of a sequence, come last
     */
    static Layout of(int rows, long[] shape, boolean channelsLast) {
        int steps = (int) (shape[0] / rows);
        int size = (int) Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
        boolean last = channelsLast || shape.length == 2;
        int channels = (int) shape[last ? shape.length - 1 : 1];
        int rest = size / channels;
        int channelStride = last ? 1 : rest;
        int restStride = last ? channels : 1;
        return shape.length == 3
                ? new Layout(rows, rest, channels, 1, size, restStride, channelStride, 0)
                : new Layout(
                        rows, steps, channels, rest, size, rows * size, channelStride, restStride);
    }

    int index(int row, int step, int channel, int pixel) {
        return row * rowStride + step * stepStride + channel * channelStride + pixel * pixelStride;
    }

    int size() {
        return rows * steps * channels * pixels;
    }

    /** How many numbers there are for one example. */
    int width() {
        return steps * channels * pixels;
    }
}
