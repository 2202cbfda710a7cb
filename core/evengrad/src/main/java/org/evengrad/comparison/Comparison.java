package org.evengrad.comparison;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.evengrad.config.TrainingConfig.Metric;

/**
 * Runs beside each other.
 *
 * @param name of the configuration
 * @param folder that holds the runs
 * @param variations the keys that differ
 * @param seeds of each combination
 * @param metric what decides, on the validation part: {@code accuracy}, {@code r2}, {@code loss}, …
 * @param cells the combinations, in the order of the values
 */
public record Comparison(
        String name,
        Path folder,
        List<Variation> variations,
        List<Long> seeds,
        String metric,
        List<Cell> cells) {
    private static final List<String> PREFERRED = List.of("accuracy", "r2");

    /** Keeps copies. */
    public Comparison {
        variations = List.copyOf(variations);
        seeds = List.copyOf(seeds);
        cells = List.copyOf(cells);
    }

    /**
     * What decides if nobody says: the share of right answers, the explained variance, the loss.
     */
    static String metric(Optional<Metric> asked, List<ComparedRun> runs) {
        List<String> known = ComparedRun.metrics(runs);
        return asked.map(Metric::key)
                .orElseGet(
                        () ->
                                PREFERRED.stream()
                                        .filter(known::contains)
                                        .findFirst()
                                        .orElse(ComparedRun.LOSS));
    }

    /** Whether more of the metric is better. */
    public boolean higherIsBetter() {
        return Stream.of(Metric.values())
                .filter(each -> each.key().equals(metric))
                .anyMatch(Metric::higherIsBetter);
    }

    /** Whether every run has ended. */
    public boolean isWhole() {
        return cells.stream().allMatch(cell -> cell.runs().size() == seeds.size());
    }

    /**
     * The combination with the best mean; of those with the same one, that with the lower loss.
     * Empty if no combination has a number from each of its runs.
     */
    public Optional<Cell> best() {
        Cell best = null;
        for (Cell cell : cells) {
            boolean counts = !cell.runs().isEmpty() && Double.isFinite(cell.mean(metric));
            if (counts && (best == null || isBetter(cell, best))) {
                best = cell;
            }
        }
        return Optional.ofNullable(best);
    }

    private boolean isBetter(Cell one, Cell other) {
        double sign = higherIsBetter() ? 1 : -1;
        double difference = sign * (one.mean(metric) - other.mean(metric));
        return difference != 0
                ? difference > 0
                : one.mean(ComparedRun.LOSS) < other.mean(ComparedRun.LOSS);
    }

    /** Those that the seeds cannot tell from the best one. */
    public List<Cell> likeBest() {
        return best().map(
                        best ->
                                cells.stream()
                                        .filter(cell -> !cell.equals(best))
                                        .filter(cell -> cell.isLike(best, metric))
                                        .toList())
                .orElse(List.of());
    }
}
