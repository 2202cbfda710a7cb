package org.evengrad.engine.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaAlgebraTest {
    private static final int M = 5;
    private static final int N = 7;
    private static final int K = 3;

    private final Random random = new Random(11);

    private float[] randoms(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, 1, 0",
        "false, true, 1, 0",
        "true, false, 1, 0",
        "true, true, 1, 0",
        "false, false, -2, 0.5",
        "false, true, 0.25, 1",
        "true, false, 3, -1",
        "true, true, 0, 2"
    })
    void agreesWithATripleLoop(boolean transposeA, boolean transposeB, float alpha, float beta) {
        float[] a = randoms(M * K);
        float[] b = randoms(K * N);
        float[] c = randoms(M * N);
        double[] expected = new double[M * N];
        for (int i = 0; i < M; i++) {
            for (int j = 0; j < N; j++) {
                double sum = 0;
                for (int k = 0; k < K; k++) {
                    double left = transposeA ? a[k * M + i] : a[i * K + k];
                    double right = transposeB ? b[j * K + k] : b[k * N + j];
                    sum += left * right;
                }
                expected[i * N + j] = alpha * sum + beta * (double) c[i * N + j];
            }
        }
        JavaAlgebra.INSTANCE.multiply(transposeA, transposeB, M, N, K, alpha, a, b, beta, c);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], c[i], 1e-5);
        }
    }

    @Test
    void doesNotReadTheResultWithABetaOfZero() {
        float[] c = new float[M * N];
        Arrays.fill(c, Float.NaN);
        JavaAlgebra.INSTANCE.multiply(
                false, false, M, N, K, 1, new float[M * K], new float[K * N], 0, c);
        for (float value : c) {
            assertEquals(0, value);
        }
    }
}
