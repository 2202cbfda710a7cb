package org.evengrad.engine.data.images;

import java.util.List;

/**
 * Images of one size with their classes. Held as a byte a value, on the heap or in a mapped file;
 * rows become floats when they are read. Threads may read at once.
 */
public final class ImageSet {
    private final List<Integer> shape;
    private final PixelStore pixels;
    private final int[] labels;
    private final List<String> classes;
    private final String sha256;

    ImageSet(
            List<Integer> shape,
            PixelStore pixels,
            int[] labels,
            List<String> classes,
            String sha256) {
        this.shape = List.copyOf(shape);
        this.pixels = pixels;
        this.labels = labels;
        this.classes = List.copyOf(classes);
        this.sha256 = sha256;
    }

    /** How many images there are, at least one. */
    public int rows() {
        return labels.length;
    }

    /** The shape of an image: {@code [channels, height, width]}. */
    public List<Integer> shape() {
        return shape;
    }

    /** How many values an image has: the product of {@link #shape()}. */
    public int featureCount() {
        return shape.get(0) * shape.get(1) * shape.get(2);
    }

    /** The names of the classes in the order of their indices. */
    public List<String> classes() {
        return classes;
    }

    /** The index of an image's class. */
    public int label(int row) {
        return labels[row];
    }

    /**
     * Reads an image: values from 0 to 1, channel after channel, each row by row.
     *
     * @param row from 0 to {@code rows() - 1}
     * @param into receives {@link #featureCount()} values
     * @param offset where in the array they begin
     */
    public void read(int row, float[] into, int offset) {
        pixels.read(row, into, offset);
    }

    /**
     * The SHA-256, in lower-case hexadecimal, of all files: for each, in the order of the rows, its
     * class and name in UTF-8, each with a zero byte behind it, and the SHA-256 of its bytes.
     */
    public String sha256() {
        return sha256;
    }
}
