package org.evengrad.benchmarks.race;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * What the machine can do at most: matrix products by the library that DL4J brings, on each core
 * one of its own. A step is some of them on each. The library's own threads are set from outside.
 */
final class SgemmContestant {
    private SgemmContestant() {}

    /**
     * Multiplies until the race is over.
     *
     * @param arguments rows, inner, columns, products in a step, and the number of threads
     */
    public static void main(String[] arguments) throws Exception {
        Turns turns = Turns.ofProcess();
        int rows = Integer.parseInt(arguments[0]);
        int inner = Integer.parseInt(arguments[1]);
        int columns = Integer.parseInt(arguments[2]);
        int products = Integer.parseInt(arguments[3]);
        int threads = Integer.parseInt(arguments[4]);
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            work.add(products(rows, inner, columns, products));
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        pool.invokeAll(work);
        turns.ready();
        while (true) {
            pool.invokeAll(work);
            turns.stepped();
        }
    }

    private static Callable<Void> products(int rows, int inner, int columns, int count) {
        FloatPointer a = matrix(rows, inner);
        FloatPointer b = matrix(inner, columns);
        FloatPointer c = matrix(rows, columns);
        return () -> {
            for (int i = 0; i < count; i++) {
                openblas_nolapack.cblas_sgemm(
                        openblas_nolapack.CblasRowMajor,
                        openblas_nolapack.CblasNoTrans,
                        openblas_nolapack.CblasNoTrans,
                        rows,
                        columns,
                        inner,
                        1,
                        a,
                        inner,
                        b,
                        columns,
                        0,
                        c,
                        columns);
            }
            return null;
        };
    }

    private static FloatPointer matrix(int rows, int columns) {
        Random random = new Random(1);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new FloatPointer(values);
    }
}
