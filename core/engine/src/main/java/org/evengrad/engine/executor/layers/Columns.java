package org.evengrad.engine.executor.layers;

import java.util.Arrays;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Products;

/**
 * Input as convolutions multiply it: a matrix with a row for each channel and tap along the width,
 * and in it line behind line of what the tap reads. Taps along the height read the same lines, from
 * another one on, so that there is a product for each of them. With few channels these products
 * would be too thin; then each tap along the height has rows of its own, and there is one product.
 *
 * <p>Lines are sorted by the remainder of their position by the stride: so those that a tap reads
 * lie together for any stride.
 */
final class Columns {
    /** Thinner products are slower than the copies that they save. */
    private static final int THINNEST = 48;

    private final int channels;
    private final Axis down;
    private final Axis across;
    private final boolean whole;
    private final int[] remainder;
    private final int[] least;
    private final int[] more;
    private final int[] ofTap;

    Columns(int channels, Axis down, Axis across) {
        this.channels = channels;
        this.down = down;
        this.across = across;
        whole = down.kernel() == 1 && down.stride() == 1 || channels * across.kernel() < THINNEST;
        int[] found = new int[down.kernel()];
        int[] from = new int[down.kernel()];
        int[] to = new int[down.kernel()];
        ofTap = new int[down.kernel()];
        int count = 0;
        for (int tap = 0; tap < down.kernel(); tap++) {
            int rest = tap * down.dilation() % down.stride();
            int index = tap * down.dilation() / down.stride();
            int kind = 0;
            while (kind < count && found[kind] != rest) {
                kind++;
            }
            if (kind == count) {
                found[count] = rest;
                from[count] = index;
                count++;
            }
            to[kind] = index;
            ofTap[tap] = kind;
        }
        remainder = Arrays.copyOf(found, count);
        least = Arrays.copyOf(from, count);
        more = new int[count];
        for (int i = 0; i < count; i++) {
            more[i] = to[i] - from[i];
        }
    }

    /** Whether the input is such a matrix as it lies. */
    boolean isInput() {
        return across.kernel() == 1
                && across.output() == across.input()
                && across.stride() == 1
                && across.before() == 0
                && down.stride() == 1
                && down.before() == 0
                && down.at(down.output() - 1, down.kernel() - 1) < down.input()
                && (down.kernel() == 1 || !whole);
    }

    /** Rows of the matrix. */
    int depth() {
        return channels * across.kernel() * (whole ? down.kernel() : 1);
    }

    /** How many products there are. */
    int products() {
        return whole ? 1 : down.kernel();
    }

    /** Lines in a row of the matrix, for some output lines. */
    int lines(int outputs) {
        if (isInput()) {
            return down.input();
        }
        if (whole) {
            return outputs;
        }
        int lines = 0;
        for (int i = 0; i < more.length; i++) {
            lines += more[i] + outputs;
        }
        return lines;
    }

    /** The first line of a product. */
    int line(int product, int outputs) {
        if (whole) {
            return 0;
        }
        int line = product * down.dilation() / down.stride() - least[ofTap[product]];
        for (int i = 0; i < ofTap[product]; i++) {
            line += more[i] + outputs;
        }
        return line;
    }

    private int position(int tap, int line, int firstOutput, int outputs) {
        if (whole) {
            return down.at(firstOutput + line, tap);
        }
        int i = 0;
        int index = line;
        while (index >= more[i] + outputs) {
            index -= more[i] + outputs;
            i++;
        }
        return (firstOutput + least[i] + index) * down.stride() + remainder[i] - down.before();
    }

    /**
     * Copies the lines that some output lines read.
     *
     * @param at where the group's input begins
     * @param examples of the group
     * @param zeros a line of them
     */
    void fill(
            Floats matrix,
            Floats input,
            int at,
            int examples,
            int firstOutput,
            int outputs,
            float[] zeros) {
        int size = across.output() * examples;
        int lines = lines(outputs);
        int to = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int tap = 0; tap < (whole ? down.kernel() : 1); tap++) {
                for (int tapAcross = 0; tapAcross < across.kernel(); tapAcross++) {
                    for (int line = 0; line < lines; line++) {
                        int y = position(tap, line, firstOutput, outputs);
                        if (down.contains(y)) {
                            int from =
                                    at + (channel * down.input() + y) * across.input() * examples;
                            copy(matrix, to, input, from, tapAcross, examples, zeros);
                        } else {
                            matrix.buffer().put(to, zeros, 0, size);
                        }
                        to += size;
                    }
                }
            }
        }
    }

    private void copy(
            Floats matrix, int to, Floats input, int from, int tap, int examples, float[] zeros) {
        int first = across.first(tap);
        int end = across.end(tap);
        if (first > 0) {
            matrix.buffer().put(to, zeros, 0, first * examples);
        }
        int step = across.stride() == 1 ? end - first : 1;
        for (int x = first; x < end; x += step) {
            matrix.buffer()
                    .put(
                            to + x * examples,
                            input.buffer(),
                            from + across.at(x, tap) * examples,
                            step * examples);
        }
        if (end < across.output()) {
            matrix.buffer().put(to + end * examples, zeros, 0, (across.output() - end) * examples);
        }
    }

    /** Adds lines to the input that they were copied from. */
    void add(
            Floats matrix,
            Floats input,
            int at,
            int examples,
            int firstOutput,
            int outputs,
            Products products) {
        int size = across.output() * examples;
        int lines = lines(outputs);
        int from = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int tap = 0; tap < (whole ? down.kernel() : 1); tap++) {
                for (int tapAcross = 0; tapAcross < across.kernel(); tapAcross++) {
                    for (int line = 0; line < lines; line++) {
                        int y = position(tap, line, firstOutput, outputs);
                        if (down.contains(y)) {
                            int to = at + (channel * down.input() + y) * across.input() * examples;
                            add(matrix, from, input, to, tapAcross, examples, products);
                        }
                        from += size;
                    }
                }
            }
        }
    }

    private void add(
            Floats matrix,
            int from,
            Floats input,
            int to,
            int tap,
            int examples,
            Products products) {
        int first = across.first(tap);
        int end = across.end(tap);
        int step = across.stride() == 1 ? end - first : 1;
        for (int x = first; x < end; x += step) {
            products.add(
                    step * examples,
                    matrix,
                    from + x * examples,
                    input,
                    to + across.at(x, tap) * examples);
        }
    }
}
