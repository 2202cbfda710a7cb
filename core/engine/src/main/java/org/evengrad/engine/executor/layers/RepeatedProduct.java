package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Products;

/**
 * Products of a few rows each with a matrix that stays the same from one to the next. BLAS arranges
 * the matrix anew for each product, which takes about as long as multiplying 16 rows by it. This
 * keeps a copy, row by row on the heap, where the JIT vectorizes the loops.
 *
 * <p>Threads share the copy, as cores may share a cache. Allocates only for a larger matrix.
 */
final class RepeatedProduct {
    /** Rows of the matrix that are added at a time. With more, JDK 17 does not vectorize. */
    private static final int AT_A_TIME = 4;

    /** A loop over so many columns costs little besides its arithmetic. */
    private static final int WIDE = 256;

    /** With more rows BLAS gains more from the arrangement than it pays for it. */
    private static final int MOST_ROWS = 8;

    /** The same for a wide matrix. */
    private static final int MOST_ROWS_IF_WIDE = 16;

    /** What is smaller is left to {@link Products}. */
    private static final int SMALLEST = 32;

    /** As large as was measured: 512 by 512. */
    private static final int LARGEST = 1 << 18;

    /** The copy costs about as much as a product. */
    private static final int FEWEST_TIMES = 8;

    private final HeapMatrix matrix = new HeapMatrix();
    private int inner;
    private int width;

    /**
     * Whether this is quicker than BLAS.
     *
     * @param rows of each product
     * @param inner rows of the matrix
     * @param columns of the matrix
     * @param times how many products there are
     */
    static boolean pays(int rows, int inner, int columns, int times) {
        return rows <= (columns >= WIDE ? MOST_ROWS_IF_WIDE : MOST_ROWS)
                && times >= FEWEST_TIMES
                && Math.min(inner, columns) >= SMALLEST
                && inner % AT_A_TIME == 0
                && (long) inner * columns <= LARGEST;
    }

    /**
     * Takes a matrix.
     *
     * @param newInner its rows, a multiple of 4
     * @param transposed whether it lies there column by column
     */
    void take(Floats from, int at, int newInner, int newWidth, boolean transposed) {
        inner = newInner;
        width = newWidth;
        if (transposed) {
            matrix.readColumns(from.buffer(), at, inner, width);
        } else {
            matrix.readRows(from.buffer(), at, inner, width);
        }
    }

    /**
     * Multiplies rows by the matrix.
     *
     * @param factors the rows, one behind the other
     * @param adds whether the products are added to what is there
     * @param sums heap memory, for each row at least as wide as the matrix
     */
    void multiply(
            float[] factors, int rows, FloatBuffer products, int at, boolean adds, float[][] sums) {
        float[][] weights = matrix.rows();
        for (int row = 0; row < rows; row++) {
            if (adds) {
                products.get(at + row * width, sums[row], 0, width);
            } else {
                Arrays.fill(sums[row], 0, width, 0);
            }
        }
        for (int i = 0; i < inner; i += AT_A_TIME) {
            for (int row = 0; row < rows; row++) {
                int from = row * inner + i;
                add(
                        sums[row],
                        weights[i],
                        weights[i + 1],
                        weights[i + 2],
                        weights[i + 3],
                        factors[from],
                        factors[from + 1],
                        factors[from + 2],
                        factors[from + 3],
                        width);
            }
        }
        for (int row = 0; row < rows; row++) {
            products.put(at + row * width, sums[row], 0, width);
        }
    }

    private static void add(
            float[] sum,
            float[] a,
            float[] b,
            float[] c,
            float[] d,
            float byA,
            float byB,
            float byC,
            float byD,
            int size) {
        for (int i = 0; i < size; i++) {
            sum[i] =
                    Math.fma(
                            byD,
                            d[i],
                            Math.fma(byC, c[i], Math.fma(byB, b[i], Math.fma(byA, a[i], sum[i]))));
        }
    }
}
