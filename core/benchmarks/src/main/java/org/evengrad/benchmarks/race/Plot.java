package org.evengrad.benchmarks.race;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws panels of lines over logarithmic axes, as SVG. */
final class Plot {
    private static final int WIDTH = 260;
    private static final int HEIGHT = 180;
    private static final int LEFT = 52;
    private static final int RIGHT = 14;
    private static final int TOP = 28;
    private static final int BOTTOM = 34;

    private Plot() {}

    /**
     * One panel.
     *
     * @param title above it
     * @param unit of the vertical axis
     * @param points in the order of their x, at least one, all above 0
     */
    record Panel(String title, String unit, List<Point> points) {}

    /** A place on a line. */
    record Point(double x, double y) {}

    /** A panel for each sweep and quantity: a row of panels for each quantity. */
    static String of(List<GrowthPoint> points) {
        List<List<Panel>> rows = new ArrayList<>();
        rows.add(panels(points, "ms a step", point -> point.nanosPerStep() / 1e6));
        rows.add(
                panels(
                        points,
                        "ps per parameter, example",
                        GrowthPoint::picosPerParameterAndExample));
        if (points.stream().allMatch(point -> point.memory().residentBytes() > 0)) {
            rows.add(
                    panels(
                            points,
                            "process, MB",
                            point -> point.memory().residentBytes() / 1048576.0));
        }
        return svg(rows);
    }

    private static List<Panel> panels(
            List<GrowthPoint> points, String unit, ToDoubleFunction<GrowthPoint> quantity) {
        List<Panel> panels = new ArrayList<>();
        for (GrowthPoint.Sweep sweep : GrowthPoint.Sweep.values()) {
            List<Point> line =
                    points.stream()
                            .filter(point -> point.sweep() == sweep)
                            .map(point -> new Point(point.value(), quantity.applyAsDouble(point)))
                            .toList();
            if (!line.isEmpty()) {
                panels.add(new Panel(sweep.title(), unit, line));
            }
        }
        return panels;
    }

    /** Panels in rows. */
    static String svg(List<List<Panel>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        StringBuilder svg = new StringBuilder();
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\""
                                + " viewBox=\"0 0 %1$d %2$d\" font-family=\"sans-serif\""
                                + " font-size=\"10\">%n<rect width=\"%1$d\" height=\"%2$d\""
                                + " fill=\"white\"/>%n",
                        columns * WIDTH,
                        rows.size() * HEIGHT));
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < rows.get(row).size(); column++) {
                svg.append(
                        String.format(
                                Locale.ROOT,
                                "<g transform=\"translate(%d %d)\">%n",
                                column * WIDTH,
                                row * HEIGHT));
                draw(rows.get(row).get(column), svg);
                svg.append("</g>\n");
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static void draw(Panel panel, StringBuilder svg) {
        Axis x = Axis.around(panel.points().stream().mapToDouble(Point::x).toArray());
        Axis y = Axis.around(panel.points().stream().mapToDouble(Point::y).toArray());
        int right = WIDTH - RIGHT;
        int bottom = HEIGHT - BOTTOM;
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"%d\">%s</text>%n",
                        LEFT,
                        TOP - 10,
                        panel.unit()));
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                        right,
                        HEIGHT - 6,
                        panel.title()));
        for (int power = x.low; power <= x.high; power++) {
            double at = x.place(Math.pow(10, power), LEFT, right);
            line(svg, at, TOP, at, bottom, "#ddd");
            text(svg, at, bottom + 14, "middle", power);
        }
        for (int power = y.low; power <= y.high; power++) {
            double at = y.place(Math.pow(10, power), bottom, TOP);
            line(svg, LEFT, at, right, at, "#ddd");
            text(svg, LEFT - 5, at + 3, "end", power);
        }
        StringBuilder line = new StringBuilder();
        for (Point point : panel.points()) {
            line.append(
                    String.format(
                            Locale.ROOT,
                            "%.1f,%.1f ",
                            x.place(point.x(), LEFT, right),
                            y.place(point.y(), bottom, TOP)));
        }
        String places = line.toString().strip();
        svg.append("<polyline fill=\"none\" stroke=\"#06c\" stroke-width=\"1.5\" points=\"")
                .append(places)
                .append("\"/>\n");
        for (String place : places.split(" ")) {
            String[] both = place.split(",");
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<circle cx=\"%s\" cy=\"%s\" r=\"2.5\" fill=\"#06c\"/>%n",
                            both[0],
                            both[1]));
        }
    }

    private static void line(
            StringBuilder svg, double x1, double y1, double x2, double y2, String color) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                        x1,
                        y1,
                        x2,
                        y2,
                        color));
    }

    /** A power of ten, as a plain number where that is short. */
    private static void text(StringBuilder svg, double x, double y, String anchor, int power) {
        String number =
                power > 4
                        ? "1e" + power
                        : power < -3
                                ? "1e" + power
                                : new java.math.BigDecimal(1)
                                        .scaleByPowerOfTen(power)
                                        .toPlainString();
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                        x,
                        y,
                        anchor,
                        number));
    }

    /**
     * A logarithmic axis.
     *
     * @param low the power of ten at its beginning
     * @param high the one at its end
     */
    private record Axis(int low, int high) {
        static Axis around(double[] values) {
            double least = Double.MAX_VALUE;
            double most = 0;
            for (double value : values) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            int low = (int) Math.floor(Math.log10(least));
            return new Axis(low, Math.max(low + 1, (int) Math.ceil(Math.log10(most))));
        }

        double place(double value, double from, double to) {
            return from + (to - from) * (Math.log10(value) - low) / (high - low);
        }
    }
}
