package org.evengrad.spi;

import java.util.random.RandomGenerator;

/**
 * Random orthonormal matrices, for initializers that keep lengths and angles.
 *
 * @since 0.1.0
 */
public final class Orthonormal {
    private Orthonormal() {}

    /**
     * A matrix that is as likely as any other with orthonormal rows, or with orthonormal columns if
     * it has more rows than columns: the Q of a QR decomposition of a matrix of normal numbers,
     * with a positive diagonal of R. Mezzadri, 2007, <a
     * href="https://arxiv.org/abs/math-ph/0609050">How to generate random matrices from the
     * classical compact groups</a>. Computed by modified Gram-Schmidt, which takes the smaller side
     * squared times the larger.
     *
     * @param rows at least 1
     * @param columns at least 1
     * @return rows x columns numbers
     */
    public static double[][] matrix(int rows, int columns, RandomGenerator random) {
        boolean tall = rows > columns;
        double[][] vectors = vectors(Math.min(rows, columns), Math.max(rows, columns), random);
        return tall ? transposed(vectors) : vectors;
    }

    private static double[][] vectors(int count, int length, RandomGenerator random) {
        double[][] vectors = new double[count][length];
        for (int i = 0; i < count; i++) {
            double[] vector = vectors[i];
            for (int k = 0; k < length; k++) {
                vector[k] = random.nextGaussian();
            }
            for (int j = 0; j < i; j++) {
                double[] former = vectors[j];
                double product = product(vector, former);
                for (int k = 0; k < length; k++) {
                    vector[k] -= product * former[k];
                }
            }
            double norm = Math.sqrt(product(vector, vector));
            for (int k = 0; k < length; k++) {
                vector[k] /= norm;
            }
        }
        return vectors;
    }

    /** In four sums, so that an addition need not wait for the one before. */
    private static double product(double[] a, double[] b) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int k = 0;
        for (; k + 3 < a.length; k += 4) {
            first += a[k] * b[k];
            second += a[k + 1] * b[k + 1];
            third += a[k + 2] * b[k + 2];
            fourth += a[k + 3] * b[k + 3];
        }
        for (; k < a.length; k++) {
            first += a[k] * b[k];
        }
        return first + second + third + fourth;
    }

    private static double[][] transposed(double[][] vectors) {
        double[][] result = new double[vectors[0].length][vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            for (int k = 0; k < result.length; k++) {
                result[k][i] = vectors[i][k];
            }
        }
        return result;
    }
}
