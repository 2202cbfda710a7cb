package org.evengrad.testkit;

import org.evengrad.spi.Algebra;

/**
 * Matrix products as three loops with sums in double precision.
 *
 * @since 0.1.0
 */
public final class PlainAlgebra implements Algebra {
    @Override
    public void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            float alpha,
            float[] a,
            float[] b,
            float beta,
            float[] c) {
        for (int row = 0; row < m; row++) {
            for (int column = 0; column < n; column++) {
                double sum = 0;
                for (int inner = 0; inner < k; inner++) {
                    double left = transposeA ? a[inner * m + row] : a[row * k + inner];
                    double right = transposeB ? b[column * k + inner] : b[inner * n + column];
                    sum += left * right;
                }
                int at = row * n + column;
                double former = beta == 0 ? 0 : (double) beta * c[at];
                c[at] = (float) (alpha * sum + former);
            }
        }
    }
}
