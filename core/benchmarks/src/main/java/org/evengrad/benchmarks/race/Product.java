package org.evengrad.benchmarks.race;

/**
 * The matrix product of a layer's forward pass: rows x inner by inner x columns.
 *
 * @param rows examples, or examples x places of an image or x time steps
 * @param inner inputs of a unit
 * @param columns units
 * @param times how often in a pass
 * @param first whether the layer is the first, which sends no error back
 */
record Product(int rows, int inner, int columns, int times, boolean first) {
    /** A product that is computed once in a pass. */
    static Product of(int rows, int inner, int columns) {
        return new Product(rows, inner, columns, 1, false);
    }

    /** The same for the first layer. */
    static Product ofFirst(int rows, int inner, int columns) {
        return new Product(rows, inner, columns, 1, true);
    }

    /** The same so many times. */
    Product times(int count) {
        return new Product(rows, inner, columns, count, first);
    }

    /** Floating-point operations of one product: a multiplication and an addition count as two. */
    double flops() {
        return 2.0 * rows * inner * columns;
    }

    /** Those of a training step: forward, the weights' gradient, and the error for the input. */
    double stepFlops() {
        return flops() * times * (first ? 2 : 3);
    }
}
