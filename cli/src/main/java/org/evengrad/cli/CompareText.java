package org.evengrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.evengrad.comparison.Cell;
import org.evengrad.comparison.ComparedRun;
import org.evengrad.comparison.Comparison;
import org.evengrad.comparison.Variation;
import picocli.CommandLine.Help.Ansi;

/** A comparison as a table with the best marked. */
final class CompareText {
    private static final String BEST = "*";
    private static final String LIKE_BEST = "~";

    private final Ansi ansi;

    CompareText(Surroundings surroundings) {
        ansi = surroundings.color() ? Ansi.ON : Ansi.OFF;
    }

    List<String> lines(Comparison comparison) {
        String metric = comparison.metric();
        List<Cell> like = comparison.likeBest();
        TextTable table = new TextTable(0);
        List<String> header = new ArrayList<>();
        header.add("");
        comparison.variations().stream().map(Variation::key).forEach(header::add);
        header.add("validation " + metric);
        header.add("test " + metric);
        header.add("runs");
        table.row(header.toArray(String[]::new));
        for (Cell cell : comparison.cells()) {
            boolean best = comparison.best().filter(cell::equals).isPresent();
            List<String> row = new ArrayList<>();
            row.add(best ? BEST : like.contains(cell) ? LIKE_BEST : "");
            row.addAll(cell.values().values());
            row.add(number(metric, cell.mean(metric), cell.spread(metric)));
            row.add(number(metric, cell.testMean(metric), cell.testSpread(metric)));
            row.add(ends(cell.runs()));
            table.row(row.toArray(String[]::new));
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.addAll(legend(comparison, like));
        lines.add("Folder: " + shown(comparison.folder()));
        return lines;
    }

    private List<String> legend(Comparison comparison, List<Cell> like) {
        List<String> lines = new ArrayList<>();
        int seeds = comparison.seeds().size();
        if (!comparison.isWhole()) {
            lines.add("Stopped half way; the same command with --resume goes on.");
        }
        comparison
                .best()
                .ifPresentOrElse(
                        best ->
                                lines.add(
                                        "* "
                                                + ansi.string(
                                                        "@|bold,green best on validation rows|@")
                                                + ": "
                                                + best.name()),
                        () -> lines.add("No combination has a number from each of its runs."));
        if (!like.isEmpty()) {
            lines.add(
                    "~ "
                            + seeds
                            + " seeds cannot tell it from the best: the mean difference is within"
                            + " two standard errors.");
        }
        lines.add(
                seeds > 1
                        ? "Mean and standard deviation over " + seeds + " seeds."
                        : "One seed says nothing about the spread; --seeds 5 does.");
        return lines;
    }

    private static String number(String metric, double mean, double spread) {
        if (!Double.isFinite(mean)) {
            return "-";
        }
        boolean percent = metric.equals("accuracy");
        String text = percent ? Numbers.percent(mean) : Numbers.shortest(mean);
        String around = percent ? Numbers.percent(spread) : Numbers.shortest(spread);
        return Double.isFinite(spread) ? text + " +- " + around : text;
    }

    /** {@code 3 healthy}, or {@code 2 healthy, 1 diverged}. */
    private static String ends(List<ComparedRun> runs) {
        Map<String, Integer> byStatus = new TreeMap<>();
        runs.forEach(run -> byStatus.merge(run.status(), 1, Integer::sum));
        return runs.isEmpty()
                ? "none yet"
                : String.join(
                        ", ",
                        byStatus.entrySet().stream()
                                .map(each -> each.getValue() + " " + each.getKey())
                                .toList());
    }

    /** As short as it can be said from here. */
    private static Path shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }
}
