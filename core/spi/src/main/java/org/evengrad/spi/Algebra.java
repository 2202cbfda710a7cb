package org.evengrad.spi;

/**
 * Matrix products on plain arrays, row by row.
 *
 * @since 0.1.0
 */
public interface Algebra {
    /**
     * Computes {@code c = alpha * op(a) * op(b) + beta * c}, where {@code op} transposes if asked
     * to. With {@code beta} of 0 the former content of {@code c} is not read.
     *
     * @param transposeA whether {@code a} is stored as k x m rather than m x k
     * @param transposeB whether {@code b} is stored as n x k rather than k x n
     * @param m the rows of the result
     * @param n the columns of the result
     * @param k the inner size
     * @param alpha the factor of the product
     * @param a at least m * k elements
     * @param b at least k * n elements
     * @param beta the factor of what {@code c} held
     * @param c at least m * n elements; must not be {@code a} or {@code b}
     */
    void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            float alpha,
            float[] a,
            float[] b,
            float beta,
            float[] c);
}
