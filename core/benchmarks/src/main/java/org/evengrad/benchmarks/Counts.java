package org.evengrad.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/**
 * What one benchmark counted.
 *
 * @param parameters the benchmark's parameters
 * @param iterations the counters of each iteration
 */
record Counts(Map<String, String> parameters, List<Map<String, Double>> iterations) {
    /** Takes the counters out of JMH's result. */
    static Counts of(RunResult result) {
        Map<String, String> parameters = new TreeMap<>();
        for (String key : result.getParams().getParamsKeys()) {
            parameters.put(key, result.getParams().getParam(key));
        }
        List<Map<String, Double>> iterations = new ArrayList<>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                Map<String, Double> counters = new TreeMap<>();
                iteration
                        .getSecondaryResults()
                        .forEach((name, count) -> counters.put(name, count.getScore()));
                iterations.add(counters);
            }
        }
        return new Counts(parameters, iterations);
    }

    /** The middle of a number that each iteration gives; of two, their mean. */
    double median(ToDoubleFunction<Map<String, Double>> number) {
        double[] sorted = iterations.stream().mapToDouble(number).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The median of the ratio of two counters. */
    double ratio(String counter, String to) {
        return median(counters -> counters.get(counter) / counters.get(to));
    }
}
