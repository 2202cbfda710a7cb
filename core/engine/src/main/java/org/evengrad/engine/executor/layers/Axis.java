package org.evengrad.engine.executor.layers;

/**
 * How a window moves along one side of an image. Each of its places, a tap, reads one position for
 * each output, or padding.
 *
 * @param input positions along the side
 * @param kernel taps of the window
 * @param stride from one output to the next
 * @param dilation from one tap to the next
 * @param before positions of padding in front
 * @param output how many places the window takes
 */
public record Axis(int input, int kernel, int stride, int dilation, int before, int output) {
    /** A window that stays inside of the side and its padding, which is the same at both ends. */
    public static Axis truncated(int input, int kernel, int stride, int dilation, int padding) {
        int reach = (kernel - 1) * dilation + 1;
        int output = Math.floorDiv(input + 2 * padding - reach, stride) + 1;
        return new Axis(input, kernel, stride, dilation, padding, output);
    }

    /** A window that begins at every stride-th position, with half of the padding in front. */
    public static Axis same(int input, int kernel, int stride, int dilation) {
        int output = (input + stride - 1) / stride;
        int missing = (output - 1) * stride + (kernel - 1) * dilation + 1 - input;
        return new Axis(input, kernel, stride, dilation, Math.max(0, missing / 2), output);
    }

    /** What a tap reads for an output; outside of the side if it is padding. */
    int at(int place, int tap) {
        return place * stride + tap * dilation - before;
    }

    /** Whether a position is no padding. */
    boolean contains(int position) {
        return position >= 0 && position < input;
    }

    /** The first output for which a tap reads no padding. */
    int first(int tap) {
        return within(Math.floorDiv(before - tap * dilation + stride - 1, stride));
    }

    /** Behind the last output for which a tap reads no padding; at least {@link #first}. */
    int end(int tap) {
        int end = Math.floorDiv(input + before - tap * dilation + stride - 1, stride);
        return Math.max(first(tap), within(end));
    }

    private int within(int place) {
        return Math.max(0, Math.min(output, place));
    }

    /** Whether several outputs may read one position. */
    boolean overlaps() {
        return (kernel - 1) * dilation >= stride;
    }

    /** How many taps read no padding for an output. */
    int inside(int place) {
        int count = 0;
        for (int tap = 0; tap < kernel; tap++) {
            count += contains(at(place, tap)) ? 1 : 0;
        }
        return count;
    }
}
