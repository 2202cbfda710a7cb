package org.evengrad.engine.train;

import java.util.Arrays;
import org.evengrad.engine.train.TrainingResult.Quantiles;

/** How long steps took, in bounded memory: when it is full, every second one is kept. */
final class StepTimes {
    private static final int MOST = 1 << 16;

    private final long[] nanos = new long[MOST];
    private final int[] rows = new int[MOST];
    private int count;
    private long stride = 1;
    private long seen;

    void add(long stepNanos, int stepRows) {
        if (seen++ % stride != 0) {
            return;
        }
        if (count == MOST) {
            for (int i = 0; i < MOST / 2; i++) {
                nanos[i] = nanos[2 * i];
                rows[i] = rows[2 * i];
            }
            count = MOST / 2;
            stride *= 2;
        }
        nanos[count] = stepNanos;
        rows[count] = stepRows;
        count++;
    }

    Quantiles millis() {
        double[] values = new double[count - first()];
        for (int i = 0; i < values.length; i++) {
            values[i] = nanos[first() + i] / 1e6;
        }
        return quantiles(values);
    }

    Quantiles samplesPerSecond() {
        double[] values = new double[count - first()];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows[first() + i] * 1e9 / Math.max(1, nanos[first() + i]);
        }
        return quantiles(values);
    }

    /** The JIT is still at work in the first tenth. */
    private int first() {
        return count / 10;
    }

    private static Quantiles quantiles(double[] values) {
        if (values.length == 0) {
            return new Quantiles(Double.NaN, Double.NaN);
        }
        Arrays.sort(values);
        int last = values.length - 1;
        return new Quantiles(values[last / 2], values[(int) Math.round(0.95 * last)]);
    }
}
