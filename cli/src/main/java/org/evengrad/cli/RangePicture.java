package org.evengrad.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.evengrad.diagnosis.RangeResult;
import org.evengrad.diagnosis.RangeResult.Point;

/** The curve of a range test as SVG, whole in one file, readable on light and dark pages. */
final class RangePicture {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 24;
    private static final int TOP = 64;
    private static final int BOTTOM = 100;
    private static final int LOSSES = 5;
    private static final int LINE = 16;
    private static final int LETTER = 7;

    private static final String STYLE =
            """
            <style>
            svg { --ink: #1f2328; --faint: #59636e; --grid: #d8dee4; --paper: #ffffff;
                  --curve: #0969da; --suggestion: #1a7f37; --current: #8250df; --divergence: #cf222e }
            @media (prefers-color-scheme: dark) { svg {
                  --ink: #e6edf3; --faint: #9198a1; --grid: #30363d; --paper: #0d1117;
                  --curve: #4493f8; --suggestion: #3fb950; --current: #ab7df8; --divergence: #f85149 } }
            text { font: 12px system-ui, sans-serif; fill: var(--faint) }
            .title { font-size: 15px; font-weight: 600; fill: var(--ink) }
            .grid { stroke: var(--grid) }
            .curve { fill: none; stroke: var(--curve); stroke-width: 2 }
            .band { fill: var(--curve); opacity: 0.18 }
            .mark { stroke-width: 1.5 }
            .suggestion { stroke: var(--suggestion) } text.suggestion { stroke: none; fill: var(--suggestion); font-weight: 600 }
            .current { stroke: var(--current); stroke-dasharray: 2 4 } text.current { stroke: none; fill: var(--current) }
            .divergence { stroke: var(--divergence); stroke-dasharray: 7 4 } text.divergence { stroke: none; fill: var(--divergence) }
            </style>
            """;

    private final RangeResult result;
    private final RangeAxes axes;
    private final StringBuilder svg = new StringBuilder();

    private RangePicture(RangeResult result) {
        this.result = result;
        axes = new RangeAxes(result);
    }

    /** The text of an SVG file. */
    static String of(RangeResult result) {
        return new RangePicture(result).draw();
    }

    private String draw() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\""
                        + " viewBox=\"0 0 %1$d %2$d\" role=\"img\">%n",
                WIDTH, HEIGHT);
        svg.append("<title>").append(escape(title())).append("</title>\n").append(STYLE);
        add("<rect width=\"%d\" height=\"%d\" style=\"fill: var(--paper)\"/>%n", WIDTH, HEIGHT);
        text(LEFT, 26, "start", "title", title());
        text(
                LEFT,
                46,
                "start",
                "",
                result.orders() == 1
                        ? "smoothed loss of the next batch, one order of batches"
                        : "smoothed loss of the next batch: median and quartiles of "
                                + result.orders()
                                + " orders of batches");
        if (result.curve().size() > 1) {
            grid();
            clip();
            band();
            marks();
            curve();
        }
        return svg.append("</svg>\n").toString();
    }

    private String title() {
        return result.name()
                + ": "
                + (result.suggestion().isPresent()
                        ? "learning rate "
                                + RangeAxes.rate(result.suggestion().getAsDouble())
                                + " suggested"
                        : "no learning rate to suggest");
    }

    private double x(double rate) {
        return LEFT + axes.across(rate) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double loss) {
        // Far beyond the frame, where it is cut off.
        double up = Math.min(10, axes.up(loss));
        return HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM);
    }

    private void grid() {
        int bottom = HEIGHT - BOTTOM;
        for (double rate : axes.decades()) {
            line(x(rate), TOP, x(rate), bottom, "grid");
            text(x(rate), bottom + LINE, "middle", "", RangeAxes.powerOfTen(rate));
        }
        for (int i = 0; i < LOSSES; i++) {
            double loss = axes.loss((double) i / (LOSSES - 1));
            line(LEFT, y(loss), WIDTH - RIGHT, y(loss), "grid");
            text(LEFT - 8, y(loss) + 4, "end", "", Numbers.shortest(loss));
        }
        text(
                (LEFT + WIDTH - RIGHT) / 2.0,
                HEIGHT - 8,
                "middle",
                "",
                "learning rate of a step (logarithmic)");
        add(
                "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">loss"
                        + "</text>%n",
                (TOP + bottom) / 2);
    }

    private void clip() {
        add(
                "<clipPath id=\"frame\"><rect x=\"%d\" y=\"%d\" width=\"%d\""
                        + " height=\"%d\"/></clipPath>%n",
                LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM + 2);
    }

    private void band() {
        List<Point> curve = result.curve();
        StringBuilder places = new StringBuilder();
        for (Point point : curve) {
            places.append(place(point, Point::low));
        }
        for (int i = curve.size() - 1; i >= 0; i--) {
            places.append(place(curve.get(i), Point::high));
        }
        add(
                "<polygon class=\"band\" clip-path=\"url(#frame)\" points=\"%s\"/>%n",
                places.toString().strip());
    }

    private void curve() {
        StringBuilder places = new StringBuilder();
        for (Point point : result.curve()) {
            places.append(place(point, Point::loss));
        }
        add(
                "<polyline class=\"curve\" clip-path=\"url(#frame)\" points=\"%s\"/>%n",
                places.toString().strip());
    }

    private String place(Point point, ToDoubleFunction<Point> quantity) {
        return String.format(
                Locale.ROOT, "%.1f,%.1f ", x(point.rate()), y(quantity.applyAsDouble(point)));
    }

    /** Each name on a line of its own, below the axis. */
    private void marks() {
        int row = 0;
        for (RangeAxes.Mark mark : RangeAxes.Mark.of(result)) {
            String kind = mark.kind().name().toLowerCase(Locale.ROOT);
            String words = mark.kind().words() + " " + RangeAxes.rate(mark.rate());
            double below = HEIGHT - BOTTOM + LINE + 4 + ++row * LINE;
            double x = x(mark.rate());
            line(x, TOP, x, HEIGHT - BOTTOM, "mark " + kind);
            boolean fits = x + 12 + LETTER * words.length() < WIDTH;
            text(x, below, "middle", kind, "\u25b2");
            text(fits ? x + 10 : x - 10, below, fits ? "start" : "end", kind, words);
        }
    }

    private void line(double x1, double y1, double x2, double y2, String kind) {
        add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>%n",
                x1, y1, x2, y2, kind);
    }

    private void text(double x, double y, String anchor, String kind, String words) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
                x, y, anchor, kind.isEmpty() ? "" : " class=\"" + kind + "\"", escape(words));
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
