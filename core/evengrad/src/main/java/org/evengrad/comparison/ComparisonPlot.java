package org.evengrad.comparison;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A comparison as a picture: a row for each combination, a dot for each seed, a bar from one
 * standard deviation below the mean to one above. SVG that needs nothing else, for light and dark.
 */
final class ComparisonPlot {
    private static final int WIDTH = 840;
    private static final int ROW = 28;
    private static final int TOP = 68;
    private static final int BOTTOM = 44;
    private static final int RIGHT = 28;
    private static final int LETTER = 7;
    private static final int FEWEST_LABEL = 90;
    private static final int MOST_LABEL = 420;
    private static final int TICKS = 8;
    private static final double MARGIN = 0.05;

    private final Comparison comparison;
    private final StringBuilder svg = new StringBuilder();
    private final int left;
    private final double from;
    private final double to;

    private ComparisonPlot(Comparison comparison) {
        this.comparison = comparison;
        int longest =
                comparison.cells().stream().mapToInt(cell -> label(cell).length()).max().orElse(0);
        left = Math.max(FEWEST_LABEL, Math.min(MOST_LABEL, LETTER * longest)) + 24;
        double[] values =
                comparison.cells().stream()
                        .flatMapToDouble(ComparisonPlot.this::extent)
                        .filter(Double::isFinite)
                        .toArray();
        double least = DoubleStream.of(values).min().orElse(0);
        double most = DoubleStream.of(values).max().orElse(1);
        double range = most > least ? most - least : Math.max(Math.abs(most), 1) * MARGIN;
        from = least - MARGIN * range;
        to = most + MARGIN * range;
    }

    static String of(Comparison comparison) {
        return new ComparisonPlot(comparison).draw();
    }

    private DoubleStream extent(Cell cell) {
        String metric = comparison.metric();
        return DoubleStream.concat(
                cell.runs().stream().mapToDouble(run -> run.validation(metric)),
                DoubleStream.of(
                        cell.mean(metric) - cell.spread(metric),
                        cell.mean(metric) + cell.spread(metric)));
    }

    private String draw() {
        int bottom = TOP + ROW * comparison.cells().size();
        int height = bottom + BOTTOM;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                        + " height=\"%d\" role=\"img\" font-family=\"system-ui, sans-serif\""
                        + " font-size=\"13\">",
                WIDTH, height, WIDTH, height);
        add(
                """
                <style>
                  .ground { fill: #ffffff } .text { fill: #1f2328 } .faint { fill: #59636e }
                  .grid { stroke: #d1d9e0 } .bar { stroke: #8fa3b8 } .mean { stroke: #1f2328 }
                  .dot { fill: #0969da } .best { fill: #1a7f37 } .bestText { font-weight: 600 }
                  @media (prefers-color-scheme: dark) {
                    .ground { fill: #0d1117 } .text { fill: #f0f6fc } .faint { fill: #9198a1 }
                    .grid { stroke: #3d444d } .bar { stroke: #656c76 } .mean { stroke: #f0f6fc }
                    .dot { fill: #4493f8 } .best { fill: #3fb950 }
                  }
                </style>\
                """);
        add("<title>%s</title>", escaped(title()));
        add("<rect class=\"ground\" width=\"%d\" height=\"%d\"/>", WIDTH, height);
        add(
                "<text class=\"text\" x=\"16\" y=\"26\" font-size=\"15\""
                        + " font-weight=\"600\">%s</text>",
                escaped(title()));
        add(
                "<text class=\"faint\" x=\"16\" y=\"48\">%s</text>",
                escaped(
                        String.join(
                                ", ",
                                comparison.variations().stream().map(Variation::key).toList())));
        grid(bottom);
        List<Cell> cells = comparison.cells();
        for (int i = 0; i < cells.size(); i++) {
            row(cells.get(i), TOP + ROW * i + ROW / 2);
        }
        add("</svg>");
        return svg.toString();
    }

    private String title() {
        return comparison.name()
                + ": validation "
                + comparison.metric()
                + (comparison.higherIsBetter() ? " (more is better)" : " (less is better)");
    }

    /** The values; their keys stand above. */
    private static String label(Cell cell) {
        return String.join(", ", cell.values().values());
    }

    private void grid(int bottom) {
        double step = step((to - from) / TICKS);
        for (double tick = Math.ceil(from / step) * step; tick <= to; tick += step) {
            double x = x(tick);
            add(
                    "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                    x, TOP - 6, x, bottom + 4);
            add(
                    "<text class=\"faint\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x, bottom + 22, number(tick, step));
        }
    }

    private void row(Cell cell, int y) {
        String metric = comparison.metric();
        boolean best = comparison.best().filter(cell::equals).isPresent();
        String name = label(cell);
        int fits = (left - 24) / LETTER;
        add(
                "<text class=\"text%s\" x=\"16\" y=\"%d\">%s</text>",
                best ? " bestText" : "",
                y + 4,
                escaped(name.length() > fits ? name.substring(0, fits - 1) + "…" : name));
        double mean = cell.mean(metric);
        if (Double.isFinite(mean)) {
            double spread = Double.isFinite(cell.spread(metric)) ? cell.spread(metric) : 0;
            add(
                    "<line class=\"bar\" stroke-width=\"6\" stroke-linecap=\"round\" x1=\"%.1f\""
                            + " y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                    x(mean - spread), y, x(mean + spread), y);
            add(
                    "<line class=\"mean\" stroke-width=\"2\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\""
                            + " y2=\"%d\"/>",
                    x(mean), y - 9, x(mean), y + 9);
        }
        for (ComparedRun run : cell.runs()) {
            double value = run.validation(metric);
            if (Double.isFinite(value)) {
                add(
                        "<circle class=\"%s\" cx=\"%.1f\" cy=\"%d\" r=\"4\""
                                + " fill-opacity=\"0.8\"><title>seed %d: %s</title></circle>",
                        best ? "best" : "dot", x(value), y, run.seed(), value);
            }
        }
        if (cell.runs().stream().anyMatch(run -> !Double.isFinite(run.validation(metric)))) {
            add(
                    "<text class=\"faint\" x=\"%d\" y=\"%d\">some runs have no number</text>",
                    left + 4, y + 4);
        }
    }

    private double x(double value) {
        return left + (value - from) / (to - from) * (WIDTH - left - RIGHT);
    }

    /** The next of 1, 2, 5, 10, … */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        double digit = least / power;
        return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }

    private static String number(double tick, double step) {
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
        return String.format(Locale.ROOT, "%." + decimals + "f", tick + 0.0);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String format, Object... arguments) {
        svg.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments))
                .append('\n');
    }
}
