package org.evengrad.engine.step;

import org.evengrad.spi.Algebra;

/** Matrix products in plain Java: no library, the same result everywhere. */
public final class JavaAlgebra implements Algebra {
    /** The one there is; it has no state. */
    public static final Algebra INSTANCE = new JavaAlgebra();

    private JavaAlgebra() {}

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
            int rowStart = row * n;
            for (int column = 0; column < n; column++) {
                c[rowStart + column] = beta == 0 ? 0 : beta * c[rowStart + column];
            }
            for (int inner = 0; inner < k; inner++) {
                float left = alpha * (transposeA ? a[inner * m + row] : a[row * k + inner]);
                if (transposeB) {
                    for (int column = 0; column < n; column++) {
                        c[rowStart + column] += left * b[column * k + inner];
                    }
                } else {
                    int from = inner * n;
                    for (int column = 0; column < n; column++) {
                        c[rowStart + column] += left * b[from + column];
                    }
                }
            }
        }
    }
}
