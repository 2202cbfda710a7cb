package org.evengrad.benchmarks.race;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.evengrad.benchmarks.PerformancePage;

/**
 * The table of the growth, and where the cost of a parameter jumps.
 *
 * @param table as Markdown
 * @param cliffs a line for each jump
 */
record GrowthTables(String table, List<String> cliffs) {
    /** How much dearer a parameter and example may be in the next larger network. */
    private static final double CLIFF = 1.5;

    private static final double MEBI = 1 << 20;

    /** Writes the table of points in the order of their size. */
    static GrowthTables of(List<GrowthPoint> points) {
        List<String> head =
                List.of(
                        "varied",
                        "layers x units, batch",
                        "parameters",
                        "ms a step",
                        "ps per parameter and example",
                        "over the row before",
                        "heap, MB",
                        "process, MB");
        List<List<String>> rows = new ArrayList<>();
        List<String> cliffs = new ArrayList<>();
        GrowthPoint before = null;
        for (GrowthPoint point : points) {
            String over = "-";
            if (before != null && before.sweep() == point.sweep()) {
                double growth =
                        point.picosPerParameterAndExample() / before.picosPerParameterAndExample();
                over = PerformancePage.ratio(growth);
                if (growth > CLIFF) {
                    cliffs.add(
                            String.format(
                                    Locale.ROOT,
                                    "from %s %.0f to %.0f a parameter and example takes %s times as"
                                            + " long",
                                    point.sweep().title(),
                                    before.value(),
                                    point.value(),
                                    over));
                }
            }
            rows.add(
                    List.of(
                            point.sweep().title(),
                            point.depth() + " x " + point.width() + ", " + point.batch(),
                            String.format(Locale.ROOT, "%,d", point.parameters()),
                            number(point.nanosPerStep() / 1e6),
                            number(point.picosPerParameterAndExample()),
                            over,
                            Long.toString(Math.round(point.memory().heapBytes() / MEBI)),
                            Long.toString(Math.round(point.memory().residentBytes() / MEBI))));
            before = point;
        }
        return new GrowthTables(PerformancePage.table(head, rows), cliffs);
    }

    private static String number(double value) {
        String pattern = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }
}
