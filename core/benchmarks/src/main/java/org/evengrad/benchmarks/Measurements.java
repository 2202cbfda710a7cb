package org.evengrad.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The three tables, and which numbers miss their bound.
 *
 * @param tables as Markdown
 * @param misses a line for each number beyond its bound
 */
record Measurements(String tables, List<String> misses) {
    private static final String ONE_THREAD = "theirsWithOneThread";
    private static final String ITS_THREADS = "theirs";
    private static final double MOST_OF_COPY = 2;
    private static final double LEAST_OF_ADAM = 4;
    private static final double LEAST_OF_ACTIVATIONS = 1;

    /** Writes the tables. */
    static Measurements of(
            Collection<Counts> optimizers,
            Collection<Counts> adam,
            Collection<Counts> activations) {
        List<String> misses = new ArrayList<>();
        String tables =
                "### Optimizers against a copy\n\n"
                        + optimizers(optimizers, misses)
                        + "\n### Adam against DL4J's\n\n"
                        + adam(adam, misses)
                        + "\n### DL4J's activations over ours\n\n"
                        + activations(activations, misses);
        return new Measurements(tables, misses);
    }

    private static String optimizers(Collection<Counts> all, List<String> misses) {
        List<String> head =
                List.of(
                        "optimizer",
                        "slots",
                        "update, 1M",
                        "update, 30M",
                        "whole step, 1M",
                        "whole step, 30M");
        List<List<String>> rows = new ArrayList<>();
        byName(all, "optimizer", "parameters")
                .forEach(
                        (name, sizes) -> {
                            List<String> row = new ArrayList<>();
                            row.add("`" + name + "`");
                            row.add(Integer.toString(Installed.optimizer(name).slots()));
                            for (String counter : List.of("update", "step")) {
                                for (String size : List.of("1000000", "30000000")) {
                                    double ratio = sizes.get(size).ratio(counter, "copy");
                                    row.add(PerformancePage.ratio(ratio));
                                    if (counter.equals("update") && !(ratio <= MOST_OF_COPY)) {
                                        misses.add(miss(name + " of " + size, ratio));
                                    }
                                }
                            }
                            rows.add(row);
                        });
        return PerformancePage.table(head, rows);
    }

    private static String adam(Collection<Counts> all, List<String> misses) {
        List<String> head =
                List.of(
                        "parameters",
                        "DL4J with one thread / our update",
                        "DL4J with its threads / our update",
                        "DL4J with its threads / our whole step");
        List<List<String>> rows = new ArrayList<>();
        for (Counts counts : all) {
            String size = counts.parameters().get("parameters");
            double alike = counts.ratio(ONE_THREAD, "update");
            if (!(alike >= LEAST_OF_ADAM)) {
                misses.add(miss("adam of " + size + " against DL4J with one thread", alike));
            }
            rows.add(
                    List.of(
                            size,
                            PerformancePage.ratio(alike),
                            PerformancePage.ratio(counts.ratio(ITS_THREADS, "update")),
                            PerformancePage.ratio(counts.ratio(ITS_THREADS, "step"))));
        }
        return PerformancePage.table(head, rows);
    }

    private static String activations(Collection<Counts> all, List<String> misses) {
        List<String> head =
                List.of(
                        "activation",
                        "one thread, 64x256",
                        "one thread, 256x2048",
                        "its threads, 64x256",
                        "its threads, 256x2048",
                        "ours, ns per element");
        List<List<String>> rows = new ArrayList<>();
        byName(all, "activation", "batch")
                .forEach(
                        (name, batches) -> {
                            List<String> row = new ArrayList<>();
                            row.add("`" + name + "`");
                            for (String threads : List.of(ONE_THREAD, ITS_THREADS)) {
                                for (String batch : List.of("64x256", "256x2048")) {
                                    double ratio = batches.get(batch).ratio(threads, "ours");
                                    row.add(ratio > 0 ? PerformancePage.ratio(ratio) : "-");
                                    if (ratio > 0 && !(ratio >= LEAST_OF_ACTIVATIONS)) {
                                        misses.add(miss(name + " of " + batch, ratio));
                                    }
                                }
                            }
                            double nanoseconds =
                                    batches.get("64x256").median(counters -> counters.get("ours"));
                            row.add(PerformancePage.ratio(nanoseconds / (64 * 256)));
                            rows.add(row);
                        });
        return PerformancePage.table(head, rows);
    }

    private static String miss(String what, double ratio) {
        return what + ": " + PerformancePage.ratio(ratio);
    }

    private static Map<String, Map<String, Counts>> byName(
            Collection<Counts> all, String name, String second) {
        Map<String, Map<String, Counts>> sorted = new TreeMap<>();
        for (Counts counts : all) {
            sorted.computeIfAbsent(counts.parameters().get(name), absent -> new TreeMap<>())
                    .put(counts.parameters().get(second), counts);
        }
        return sorted;
    }
}
