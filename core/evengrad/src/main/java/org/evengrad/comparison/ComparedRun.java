package org.evengrad.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.engine.run.RunFolder;

/**
 * One run of a comparison, as its folder tells.
 *
 * @param seed of the run
 * @param folder that holds it
 * @param status how it ended, as in {@code summary.json}
 * @param validation by metric, {@code loss} among them; what is undefined is missing
 * @param test the same on the test part; empty if there is none
 * @param seconds of training
 */
public record ComparedRun(
        long seed,
        Path folder,
        String status,
        Map<String, Double> validation,
        Map<String, Double> test,
        double seconds) {
    /** What the loss is called among the metrics. */
    static final String LOSS = "loss";

    /** Keeps copies, in order. */
    public ComparedRun {
        validation = Collections.unmodifiableMap(new LinkedHashMap<>(validation));
        test = Collections.unmodifiableMap(new LinkedHashMap<>(test));
    }

    /** A metric on the validation part; NaN if it is undefined there. */
    public double validation(String metric) {
        return validation.getOrDefault(metric, Double.NaN);
    }

    /** A metric on the test part; NaN if it is undefined there. */
    public double test(String metric) {
        return test.getOrDefault(metric, Double.NaN);
    }

    /**
     * Reads a run that has ended.
     *
     * @throws UncheckedIOException if its summary cannot be read
     */
    static ComparedRun read(long seed, RunFolder folder) {
        try {
            JsonNode summary = new ObjectMapper().readTree(folder.summary().toFile());
            return new ComparedRun(
                    seed,
                    folder.path(),
                    summary.path("status").asText(),
                    metrics(summary, "validation"),
                    metrics(summary, "test"),
                    summary.path("seconds").asDouble(Double.NaN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Double> metrics(JsonNode summary, String part) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        summary.path(part + "Metrics")
                .properties()
                .forEach(metric -> put(metrics, metric.getKey(), metric.getValue()));
        put(metrics, LOSS, summary.path(part + "Loss"));
        return metrics;
    }

    private static void put(Map<String, Double> metrics, String name, JsonNode value) {
        if (value.isNumber()) {
            metrics.put(name, value.asDouble());
        }
    }

    /** The metrics of all runs that have any, in order. */
    static List<String> metrics(List<ComparedRun> runs) {
        return runs.stream().flatMap(run -> run.validation().keySet().stream()).distinct().toList();
    }
}
