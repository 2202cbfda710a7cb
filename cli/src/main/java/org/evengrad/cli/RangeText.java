package org.evengrad.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.evengrad.diagnosis.RangeResult;
import org.evengrad.diagnosis.RangeResult.Trial;
import picocli.CommandLine.Help.Ansi;

/** What a range test found: the curve, the suggestion, the rule behind it, and what to write. */
final class RangeText {
    private static final int COLUMNS = 80;

    /** Rates closer than that are about the same. */
    private static final double SAME = 1.5;

    private final Surroundings surroundings;
    private final Ansi ansi;

    RangeText(Surroundings surroundings) {
        this.surroundings = surroundings;
        ansi = surroundings.color() ? Ansi.ON : Ansi.OFF;
    }

    List<String> lines(RangeResult result) {
        int columns = surroundings.columns() > 0 ? surroundings.columns() : COLUMNS;
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%s: loss %s before training; %s of batches, the rate raised in each step",
                        result.name(),
                        Numbers.shortest(result.lossBefore()),
                        result.orders() == 1 ? "1 order" : result.orders() + " orders"));
        lines.add("");
        List<String> chart = new RangeChart(result, columns, surroundings.unicode()).lines();
        lines.addAll(chart);
        if (!chart.isEmpty()) {
            lines.add("");
        }
        TextTable table = new TextTable(surroundings.columns());
        table.row("suggestion", suggestion(result));
        table.row("rule", result.why());
        if (result.setting().isPresent()) {
            String rate = RangeAxes.rate(result.setting().getAsDouble());
            table.row(
                    "do",
                    "optimizer.learning-rate = "
                            + rate
                            + " (Java: optimizer.withLearningRate("
                            + rate
                            + "))");
        }
        result.notes().forEach(note -> table.row("note", note));
        lines.addAll(table.lines());
        lines.add("");
        lines.add(
                (result.suggestion().isPresent()
                                ? ansi.string("@|bold,green suggested|@")
                                : ansi.string("@|bold,red undecided|@"))
                        + String.format(
                                Locale.ROOT,
                                ": %,d steps in %s, all undone",
                                result.steps(),
                                Numbers.duration(result.seconds())));
        return lines;
    }

    private static String suggestion(RangeResult result) {
        if (result.suggestion().isEmpty()) {
            return "none";
        }
        double rate = result.suggestion().getAsDouble();
        double ratio = result.current() / rate;
        String beside =
                ratio > SAME
                        ? times(ratio) + " times higher"
                        : ratio < 1 / SAME ? times(1 / ratio) + " times lower" : "about the same";
        return RangeAxes.rate(rate)
                + "; yours, "
                + RangeAxes.rate(result.current())
                + ", is "
                + beside
                + result.trials().stream()
                        .filter(trial -> trial.rate() == result.current())
                        .findFirst()
                        .map(RangeText::outcome)
                        .orElse("");
    }

    private static String outcome(Trial trial) {
        return Double.isFinite(trial.loss())
                ? " and ends at " + Numbers.shortest(trial.loss())
                : " and diverges";
    }

    private static String times(double ratio) {
        return ratio < 10
                ? String.format(Locale.ROOT, "%.1f", ratio)
                : String.format(Locale.ROOT, "%,.0f", ratio);
    }
}
