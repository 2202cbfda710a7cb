package org.evengrad.engine.executor;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_saxpy;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_scopy;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sdot;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Matrix products and sums of native memory. Matrices lie row by row. Large ones go to BLAS; for
 * tiny ones, whose call would cost more than their arithmetic, plain loops are quicker. For one
 * thread; allocates nothing.
 */
public final class Products {
    /** Multiplications up to which plain loops are quicker. */
    private static final int TINY = 4096;

    private final Moving a = new Moving();
    private final Moving b = new Moving();
    private final Moving c = new Moving();
    private final float[] heapA = new float[TINY];
    private final float[] heapB = new float[TINY];
    private final float[] heapC = new float[TINY];

    /** A pointer that is moved over memory instead of being made anew. */
    private static final class Moving extends FloatPointer {
        Moving() {
            super((org.bytedeco.javacpp.Pointer) null);
        }

        Moving to(Floats memory, int offset) {
            address = memory.address().address() + (long) offset * Float.BYTES;
            return this;
        }
    }

    /**
     * Computes {@code C = A·B + beta·C}, each operand a part of some memory.
     *
     * @param transposeA whether A lies there transposed, as {@code [k][m]}
     * @param transposeB whether B lies there transposed, as {@code [n][k]}
     * @param m rows of C
     * @param n columns of C
     * @param k columns of A, rows of B
     * @param atA where A begins
     * @param strideA from one of its rows, as it lies, to the next
     * @param beta 0 to replace C, 1 to add to it
     */
    public void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Floats memoryA,
            int atA,
            int strideA,
            Floats memoryB,
            int atB,
            int strideB,
            float beta,
            Floats memoryC,
            int atC,
            int strideC) {
        boolean whole =
                strideA == (transposeA ? m : k) && strideB == (transposeB ? k : n) && strideC == n;
        if (whole && (long) m * n * k <= TINY && m * n <= TINY && m * k <= TINY && n * k <= TINY) {
            read(memoryA, atA, heapA, transposeA, m, k);
            read(memoryB, atB, heapB, !transposeB, n, k);
            if (beta != 0) {
                memoryC.buffer().get(atC, heapC, 0, m * n);
            } else {
                Arrays.fill(heapC, 0, m * n, 0);
            }
            tiny(heapA, heapB, heapC, m, n, k);
            memoryC.buffer().put(atC, heapC, 0, m * n);
            return;
        }
        cblas_sgemm(
                CblasRowMajor,
                transposeA ? CblasTrans : CblasNoTrans,
                transposeB ? CblasTrans : CblasNoTrans,
                m,
                n,
                k,
                1,
                a.to(memoryA, atA),
                strideA,
                b.to(memoryB, atB),
                strideB,
                beta,
                c.to(memoryC, atC),
                strideC);
    }

    /** Reads a matrix as {@code [rows][columns]}. */
    private void read(
            Floats from, int at, float[] matrix, boolean transposed, int rows, int columns) {
        if (!transposed) {
            from.buffer().get(at, matrix, 0, rows * columns);
            return;
        }
        float[] lying = heapC;
        from.buffer().get(at, lying, 0, rows * columns);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                matrix[row * columns + column] = lying[column * rows + row];
            }
        }
    }

    /** Adds {@code A·B} to C, with B given column by column; four rows at a time. */
    private static void tiny(float[] a, float[] b, float[] c, int m, int n, int k) {
        int i = 0;
        for (; i + 4 <= m; i += 4) {
            int a0 = i * k;
            int a1 = a0 + k;
            int a2 = a1 + k;
            int a3 = a2 + k;
            for (int j = 0; j < n; j++) {
                int from = j * k;
                float s0 = 0;
                float s1 = 0;
                float s2 = 0;
                float s3 = 0;
                for (int l = 0; l < k; l++) {
                    float factor = b[from + l];
                    s0 += a[a0 + l] * factor;
                    s1 += a[a1 + l] * factor;
                    s2 += a[a2 + l] * factor;
                    s3 += a[a3 + l] * factor;
                }
                c[i * n + j] += s0;
                c[(i + 1) * n + j] += s1;
                c[(i + 2) * n + j] += s2;
                c[(i + 3) * n + j] += s3;
            }
        }
        for (; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += a[i * k + l] * b[j * k + l];
                }
                c[i * n + j] += sum;
            }
        }
    }

    /**
     * Replaces a vector by the sums of a matrix's columns.
     *
     * @param ones at least as many ones as the matrix has rows
     */
    public void sumRows(
            int rows,
            int columns,
            Floats matrix,
            int at,
            int stride,
            Floats ones,
            Floats sums,
            int atSums) {
        if (stride == columns && rows * columns <= TINY) {
            matrix.buffer().get(at, heapA, 0, rows * columns);
            Arrays.fill(heapC, 0, columns, 0);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    heapC[column] += heapA[row * columns + column];
                }
            }
            sums.buffer().put(atSums, heapC, 0, columns);
            return;
        }
        cblas_sgemv(
                CblasRowMajor,
                CblasTrans,
                rows,
                columns,
                1,
                a.to(matrix, at),
                stride,
                b.to(ones, 0),
                1,
                0,
                c.to(sums, atSums),
                1);
    }

    /**
     * Computes the sums of a matrix's rows.
     *
     * @param ones at least as many ones as the matrix has columns
     * @param beta 0 to replace the sums, 1 to add to them
     */
    public void sumColumns(
            int rows,
            int columns,
            Floats matrix,
            int at,
            int stride,
            Floats ones,
            float beta,
            Floats sums) {
        cblas_sgemv(
                CblasRowMajor,
                CblasNoTrans,
                rows,
                columns,
                1,
                a.to(matrix, at),
                stride,
                b.to(ones, 0),
                1,
                beta,
                c.to(sums, 0),
                1);
    }

    /** The sum of the products of neighboring elements. */
    public float dot(int size, Floats x, int atX, Floats y, int atY) {
        return cblas_sdot(size, a.to(x, atX), 1, b.to(y, atY), 1);
    }

    /** Copies neighboring elements. */
    public void copy(int size, Floats from, int atFrom, Floats to, int atTo) {
        cblas_scopy(size, a.to(from, atFrom), 1, b.to(to, atTo), 1);
    }

    /** Makes neighboring elements zero. */
    public void clear(int size, Floats memory, int at) {
        FloatPointer.memset(a.to(memory, at), 0, (long) size * Float.BYTES);
    }

    /** Adds neighboring elements to others. */
    public void add(int size, Floats from, int atFrom, Floats to, int atTo) {
        cblas_saxpy(size, 1, a.to(from, atFrom), 1, b.to(to, atTo), 1);
    }

    /** Adds neighboring elements, times a factor, to others. */
    public void addMultiple(int size, float factor, Floats from, int atFrom, Floats to, int atTo) {
        cblas_saxpy(size, factor, a.to(from, atFrom), 1, b.to(to, atTo), 1);
    }
}
