package org.evengrad.comparison;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One combination of values, and its runs.
 *
 * @param values by key, in the order of the keys
 * @param runs one for each seed that has been run, in the order of the seeds
 */
public record Cell(Map<String, String> values, List<ComparedRun> runs) {
    /** Keeps copies, in order. */
    public Cell {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        runs = List.copyOf(runs);
    }

    /** The mean of a metric over the seeds; NaN if a run has none. */
    public double mean(String metric) {
        return mean(values(metric));
    }

    /** The same on the test part. */
    public double testMean(String metric) {
        return mean(testValues(metric));
    }

    /** The sample standard deviation over the seeds; NaN of fewer than two. */
    public double spread(String metric) {
        return spread(values(metric));
    }

    /** The same on the test part. */
    public double testSpread(String metric) {
        return spread(testValues(metric));
    }

    private double[] values(String metric) {
        return runs.stream().mapToDouble(run -> run.validation(metric)).toArray();
    }

    private double[] testValues(String metric) {
        return runs.stream().mapToDouble(run -> run.test(metric)).toArray();
    }

    /**
     * Whether the seeds cannot tell two combinations apart: their mean difference, seed by seed, is
     * less than two of its standard errors. Never of fewer than two seeds.
     */
    public boolean isLike(Cell other, String metric) {
        int count = Math.min(runs.size(), other.runs.size());
        double[] differences = new double[count];
        for (int i = 0; i < count; i++) {
            differences[i] = runs.get(i).validation(metric) - other.runs.get(i).validation(metric);
        }
        return count > 1
                && Math.abs(mean(differences)) <= 2 * spread(differences) / Math.sqrt(count);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double spread(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
    }

    /** What people call it. */
    public String name() {
        return values.isEmpty()
                ? "as it is"
                : String.join(
                        ", ",
                        values.entrySet().stream()
                                .map(value -> value.getKey() + " = " + value.getValue())
                                .toList());
    }
}
