package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The test part's figure before and after, a dot for each seed. */
final class SeedSpread {
    private static final String ACCURACY = "testAccuracy";

    private final boolean accuracy;
    private final Map<String, JsonNode> sides = new LinkedHashMap<>();

    private SeedSpread(JsonNode doctor) {
        accuracy = doctor.path("before").has(ACCURACY) || doctor.path("after").has(ACCURACY);
        for (String side : List.of("before", "after")) {
            JsonNode figure = doctor.path(side).path(accuracy ? ACCURACY : "testLoss");
            if (!figure.path("values").isEmpty()) {
                sides.put(side, figure);
            }
        }
    }

    /** The section; nothing if neither was trained to the end. */
    static Markup of(JsonNode doctor) {
        SeedSpread spread = new SeedSpread(doctor);
        return spread.sides.isEmpty() ? new Markup() : spread.section();
    }

    /** {@code 9.8 %}, or a loss. */
    static String figure(JsonNode doctor, String side) {
        SeedSpread spread = new SeedSpread(doctor);
        JsonNode figure = spread.sides.get(side);
        return figure == null ? "" : spread.text(figure.path("mean").asDouble(Double.NaN));
    }

    /** {@code test accuracy} or {@code test loss}. */
    static String metric(JsonNode doctor) {
        return new SeedSpread(doctor).accuracy ? "test accuracy" : "test loss";
    }

    private Markup section() {
        Markup html = new Markup();
        html.raw("<section class=\"outcomes\" aria-labelledby=\"outcomes-title\">")
                .raw("<h2 id=\"outcomes-title\">")
                .text(accuracy ? "Test accuracy" : "Test loss")
                .raw(sides.size() > 1 ? ", before and after" : "")
                .raw(
                        "</h2><p class=\"explain\">The whole run, once for each seed, on test rows"
                                + " that")
                .raw(" nothing was chosen by. The line is the mean, the band one standard")
                .raw(" deviation to each side.</p><div class=\"spread\">");
        double low = low();
        double high = high(low);
        sides.forEach((side, figure) -> row(html, side, figure, low, high));
        html.raw("<span></span><div class=\"ends\">")
                .element("span", text(low))
                .element("span", text(high))
                .raw("</div><span></span>");
        return html.raw("</div></section>");
    }

    private void row(Markup html, String side, JsonNode figure, double low, double high) {
        List<Double> values = finite(figure);
        int all = figure.path("values").size();
        double mean = figure.path("mean").asDouble(Double.NaN);
        double spread = figure.path("spread").asDouble(0);
        List<String> words = new ArrayList<>();
        figure.path("values").forEach(value -> words.add(text(value.asDouble(Double.NaN))));
        html.raw("<span class=\"" + side + "\">").text(side).raw("</span>");
        html.raw("<svg class=\"dots " + side + "\" role=\"img\" aria-label=\"")
                .text(side + ", each seed: " + String.join(", ", words))
                .raw("\"><line class=\"axis\" x1=\"0%\" x2=\"100%\" y1=\"15\" y2=\"15\"/>");
        if (Double.isFinite(mean)) {
            double from = place(mean - spread, low, high);
            double to = place(mean + spread, low, high);
            html.raw(
                            "<rect class=\"band\" x=\""
                                    + percent(from)
                                    + "\" y=\"7\" height=\"16\" width=\"")
                    .raw(percent(to - from) + "\"/>");
            String at = percent(place(mean, low, high));
            html.raw(
                    "<line class=\"mean\" x1=\""
                            + at
                            + "\" x2=\""
                            + at
                            + "\" y1=\"4\" y2=\"26\"/>");
        }
        for (double value : values) {
            html.raw("<circle cx=\"" + percent(place(value, low, high)) + "\" cy=\"15\" r=\"5\"/>");
        }
        html.raw("</svg><span class=\"value\">").text(text(mean));
        html.raw(" <small>");
        if (all > 1 && Double.isFinite(mean)) {
            html.text("± " + text(spread) + ", ");
        }
        html.text(Numbers.count(all, "seed"));
        html.raw("</small></span>");
    }

    private double low() {
        return accuracy
                ? 0
                : Math.min(
                        0,
                        sides.values().stream()
                                .flatMap(figure -> finite(figure).stream())
                                .mapToDouble(Double::doubleValue)
                                .min()
                                .orElse(0));
    }

    private double high(double low) {
        double most =
                sides.values().stream()
                        .flatMap(figure -> finite(figure).stream())
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(1);
        return accuracy ? 1 : most > low ? most : low + 1;
    }

    private static double place(double value, double low, double high) {
        return Math.max(0, Math.min(1, (value - low) / (high - low)));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", 100 * share);
    }

    private static List<Double> finite(JsonNode figure) {
        List<Double> values = new ArrayList<>();
        for (JsonNode value : figure.path("values")) {
            if (value.isNumber()) {
                values.add(value.asDouble());
            }
        }
        return values;
    }

    private String text(double value) {
        return accuracy ? Numbers.percent(value) : Numbers.decimal(value);
    }
}
