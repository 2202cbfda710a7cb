package org.evengrad.engine.dl4j.signal;

import java.nio.FloatBuffer;
import java.util.Optional;
import org.evengrad.engine.executor.Examples;

/** Which time steps count, and sums over the numbers at those. */
final class Counted {
    private static final Counted ALL = new Counted(null, 0);

    private final boolean[] counts;
    private final int steps;

    private Counted(boolean[] counts, int steps) {
        this.counts = counts;
        this.steps = steps;
    }

    /** Those of a batch that are no padding. */
    static Counted of(Examples examples) {
        Optional<FloatBuffer> mask = examples.featureMask().map(memory -> memory.buffer());
        if (mask.isEmpty() || mask.get().limit() != examples.rows() * examples.steps()) {
            return ALL;
        }
        boolean[] counts = new boolean[mask.get().limit()];
        boolean all = true;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = mask.get().get(i) != 0;
            all &= counts[i];
        }
        return all ? ALL : new Counted(counts, examples.steps());
    }

    /** Whether all numbers of a layout count: it has no time steps, or not those of the mask. */
    private boolean isAll(Layout layout) {
        return counts == null || layout.steps() != steps;
    }

    boolean at(Layout layout, int row, int step) {
        return isAll(layout) || counts[row * steps + step];
    }

    /** How many numbers count. */
    long size(Layout layout) {
        if (isAll(layout)) {
            return layout.size();
        }
        long size = 0;
        for (boolean count : counts) {
            size += count ? layout.channels() * layout.pixels() : 0;
        }
        return size;
    }

    /** A sum over the numbers that count. */
    private interface Term {
        double of(float value);
    }

    private double sum(float[] values, Layout layout, Term term) {
        double sum = 0;
        for (int row = 0; row < layout.rows(); row++) {
            for (int step = 0; step < layout.steps(); step++) {
                if (counts[row * steps + step]) {
                    for (int channel = 0; channel < layout.channels(); channel++) {
                        for (int pixel = 0; pixel < layout.pixels(); pixel++) {
                            sum += term.of(values[layout.index(row, step, channel, pixel)]);
                        }
                    }
                }
            }
        }
        return sum;
    }

    /** The L2 norm. */
    double norm(float[] values, Layout layout) {
        double squares =
                isAll(layout)
                        ? squares(values, 0)
                        : sum(values, layout, value -> (double) value * value);
        return Math.sqrt(squares);
    }

    /** The variance, with one degree of freedom taken by the mean; 0 of fewer than two numbers. */
    double variance(float[] values, Layout layout) {
        long size = size(layout);
        if (size < 2) {
            return 0;
        }
        double sum = isAll(layout) ? sum(values) : sum(values, layout, value -> value);
        double mean = sum / size;
        double squares =
                isAll(layout)
                        ? squares(values, mean)
                        : sum(values, layout, value -> (value - mean) * (value - mean));
        return squares / (size - 1);
    }

    /** The largest magnitude; NaN if there is one among them. */
    double largest(float[] values, Layout layout) {
        double[] largest = {0};
        if (isAll(layout)) {
            float found = 0;
            for (float value : values) {
                found = Math.max(found, Math.abs(value));
            }
            return found;
        }
        sum(
                values,
                layout,
                value -> {
                    largest[0] = Math.max(largest[0], Math.abs(value));
                    return 0;
                });
        return largest[0];
    }

    private static double sum(float[] values) {
        double a = 0;
        double b = 0;
        int even = values.length & ~1;
        for (int i = 0; i < even; i += 2) {
            a += values[i];
            b += values[i + 1];
        }
        return even < values.length ? a + b + values[even] : a + b;
    }

    private static double squares(float[] values, double center) {
        double a = 0;
        double b = 0;
        int even = values.length & ~1;
        for (int i = 0; i < even; i += 2) {
            double first = values[i] - center;
            double second = values[i + 1] - center;
            a += first * first;
            b += second * second;
        }
        double rest = even < values.length ? values[even] - center : 0;
        return a + b + rest * rest;
    }
}
