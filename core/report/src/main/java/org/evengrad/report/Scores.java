package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How good the kept parameters are: every metric on test and validation data, which class was taken
 * for which, and where in a sequence the loss is.
 */
final class Scores {
    private static final Set<String> SHARES = Set.of("accuracy", "exactMatch");
    private static final Set<String> ABBREVIATIONS = Set.of("auc", "f1", "mae", "r2", "rmse");
    private static final List<String> PARTS = List.of("test", "validation");
    private static final int MOST_CLASSES = 20;
    private static final int SHADES = 4;

    private final JsonNode summary;
    private final Markup html = new Markup();

    private Scores(JsonNode summary) {
        this.summary = summary;
    }

    /** A section of the page; nothing if the run has not measured any. */
    static Markup of(RunFolder run) {
        return new Scores(run.summary()).section();
    }

    /** What a metric is called inside a sentence: {@code macro F1} of {@code macroF1}. */
    static String label(String name) {
        List<String> words = new ArrayList<>();
        for (String word : name.split("(?=[A-Z])")) {
            String lower = word.toLowerCase(Locale.ROOT);
            words.add(ABBREVIATIONS.contains(lower) ? lower.toUpperCase(Locale.ROOT) : lower);
        }
        return String.join(" ", words).replace("R2", "R²");
    }

    private static String capitalized(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** The value of a metric, as people read it. */
    static String value(String name, JsonNode value) {
        if (!value.isNumber()) {
            return "undefined";
        }
        return SHARES.contains(name)
                ? Numbers.percent(value.asDouble())
                : Numbers.decimal(value.asDouble());
    }

    private Markup section() {
        List<String> parts = new ArrayList<>(PARTS);
        parts.removeIf(part -> summary.path(part + "Metrics").isEmpty());
        if (parts.isEmpty()) {
            return html;
        }
        html.raw("<section id=\"scores\" aria-labelledby=\"scores-title\">");
        html.raw("<h2 id=\"scores-title\">Scores</h2>");
        html.raw("<div class=\"scores\">");
        metrics(parts);
        confusion(summary.path("testConfusion"));
        html.raw("</div>");
        if (parts.stream().anyMatch(part -> summary.path(part + "LossPerStep").isArray())) {
            html.element("h3", "Loss at each time step")
                    .raw("<div id=\"time-steps\" class=\"plot\"></div>");
        }
        return html.raw("</section>");
    }

    private void metrics(List<String> parts) {
        html.raw("<table><thead><tr><th scope=\"col\">Metric</th>");
        parts.forEach(
                part ->
                        html.raw("<th scope=\"col\" class=\"number\">")
                                .text(capitalized(part))
                                .raw("</th>"));
        html.raw("</tr></thead><tbody><tr><th scope=\"row\">Loss</th>");
        for (String part : parts) {
            html.element("td", "number", Numbers.decimal(summary.path(part + "Loss")));
        }
        html.raw("</tr>");
        Set<String> names = new LinkedHashSet<>();
        parts.forEach(
                part -> summary.path(part + "Metrics").fieldNames().forEachRemaining(names::add));
        for (String name : names) {
            html.raw("<tr><th scope=\"row\">").text(capitalized(label(name))).raw("</th>");
            for (String part : parts) {
                html.element(
                        "td", "number", value(name, summary.path(part + "Metrics").path(name)));
            }
            html.raw("</tr>");
        }
        html.raw("</tbody></table>");
    }

    private void confusion(JsonNode confusion) {
        JsonNode classes = confusion.path("classes");
        if (classes.size() > MOST_CLASSES) {
            html.element(
                    "p",
                    "quiet",
                    "Which of the "
                            + classes.size()
                            + " classes was taken for which stands in summary.json.");
        } else if (!classes.isEmpty()) {
            html.raw("<div class=\"matrix\">")
                    .element("p", "note", "Test rows: true classes down, predicted ones across")
                    .raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\"")
                    .raw(" aria-label=\"Confusion matrix\"><table class=\"confusion\">")
                    .raw("<thead><tr><td></td>");
            for (JsonNode name : classes) {
                className("col", name.asText());
            }
            html.raw("</tr></thead><tbody>");
            for (int actual = 0; actual < classes.size(); actual++) {
                row(classes.path(actual).asText(), confusion.path("counts").path(actual), actual);
            }
            html.raw("</tbody></table></div></div>");
        }
    }

    /** A long name is cut by the style; pointing at it shows the whole. */
    private void className(String scope, String name) {
        html.raw("<th scope=\"" + scope + "\" title=\"").text(name).raw("\">");
        html.text(name).raw("</th>");
    }

    /** Shaded by the share of the true class, so that rare classes show their mistakes too. */
    private void row(String name, JsonNode counts, int actual) {
        long total = 0;
        for (JsonNode count : counts) {
            total += count.asLong();
        }
        html.raw("<tr>");
        className("row", name);
        for (int predicted = 0; predicted < counts.size(); predicted++) {
            long count = counts.path(predicted).asLong();
            long shade = total == 0 ? 0 : (SHADES * count + total - 1) / total;
            String kind = count == 0 ? "none" : predicted == actual ? "hit" : "miss";
            html.element("td", "number " + kind + " shade-" + shade, Numbers.whole(count));
        }
        html.raw("</tr>");
    }
}
