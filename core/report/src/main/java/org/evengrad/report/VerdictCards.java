package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The verdicts as cards: what, why, do, and the numbers beside the thresholds they crossed. */
final class VerdictCards {
    private static final Pattern WORD_START = Pattern.compile("(?<=[a-z])[A-Z](?=[a-z])");

    private VerdictCards() {}

    static Markup of(RunFolder run) {
        Markup html = new Markup();
        List<JsonNode> verdicts = worstFirst(run.verdicts());
        if (verdicts.isEmpty()) {
            return html.element(
                    "p",
                    "quiet",
                    run.finished()
                            ? "No verdict: nothing that is watched crossed its threshold."
                            : "No verdict so far.");
        }
        for (JsonNode verdict : verdicts) {
            html.add(card(verdict, run));
        }
        return html;
    }

    private static Markup card(JsonNode verdict, RunFolder run) {
        Severity severity = Severity.of(verdict);
        Markup html = new Markup().raw("<article class=\"verdict " + severity.tone() + "\">");
        html.raw("<header>").element("h3", title(verdict)).add(severity.label()).raw("</header>");
        html.raw("<div class=\"verdict-body\"><dl class=\"reasons\">");
        reason(html, "What", List.of(verdict.path("what").asText("")));
        List<String> layers = strings(verdict.path("layers"));
        reason(html, "Where", List.of(where(layers, run.metrics().layout().layers())));
        String why = verdict.path("why").asText("");
        reason(
                html,
                "Why",
                List.of(why.isBlank() ? verdict.path("cause").asText("").replace('-', ' ') : why));
        reason(html, "Do", strings(verdict.path("advice")));
        reason(html, "See it again", List.of(replay(verdict, run)));
        reason(html, "Seen", List.of(seen(verdict, run)));
        html.raw("</dl>").add(evidence(verdict.path("evidence"))).raw("</div></article>");
        return html;
    }

    private static void reason(Markup html, String term, List<String> lines) {
        if (lines.stream().allMatch(String::isBlank)) {
            return;
        }
        html.raw("<div>").element("dt", term).raw("<dd>");
        for (String line : lines) {
            html.element("p", line);
        }
        html.raw("</dd></div>");
    }

    /** The measured number beside the threshold, a line each. */
    private static Markup evidence(JsonNode evidence) {
        Markup html = new Markup();
        if (!evidence.isObject() || evidence.isEmpty()) {
            return html;
        }
        html.raw("<table class=\"evidence\"><thead><tr><th scope=\"col\">Evidence</th>")
                .raw("<th scope=\"col\" class=\"number\">Measured</th>")
                .raw("<th scope=\"col\" class=\"number\">Threshold</th></tr></thead><tbody>");
        for (Map.Entry<String, JsonNode> entry : evidence.properties()) {
            JsonNode number = entry.getValue();
            JsonNode value = number.isObject() ? number.path("value") : number;
            JsonNode threshold = number.path("threshold");
            html.raw("<tr>")
                    .raw("<th scope=\"row\">")
                    .text(words(entry.getKey()))
                    .raw("</th>")
                    .element("td", "number measured", Numbers.decimal(value))
                    .element(
                            "td", "number", threshold.isNumber() ? Numbers.decimal(threshold) : "–")
                    .raw("</tr>");
        }
        return html.raw("</tbody></table>");
    }

    /** The command that computes the first bad step once more; empty if there is no such step. */
    private static String replay(JsonNode verdict, RunFolder run) {
        String file = "bad-batches/step-" + verdict.path("firstStep").asLong() + ".json";
        return verdict.path("problem").asText("").equals("non-finite")
                        && Files.exists(run.folder().resolve(file))
                ? "evengrad train --replay " + file + ", in the folder of the run"
                : "";
    }

    private static String where(List<String> layers, List<String> order) {
        if (layers.isEmpty()) {
            return "";
        }
        String text = LayerNames.ranges(layers, order);
        return layers.size() > 2 ? text + " (" + layers.size() + " layers)" : text;
    }

    private static String seen(JsonNode verdict, RunFolder run) {
        List<String> parts = new ArrayList<>();
        for (JsonNode made : run.metrics().verdicts()) {
            if (made.path("problem").equals(verdict.path("problem"))
                    && made.path("step").asLong() > 0) {
                parts.add("at step " + Numbers.whole(made.path("step").asLong()));
            }
        }
        JsonNode seeds = verdict.path("seeds");
        if (seeds.path("n").asInt() > 1) {
            parts.add(
                    "in "
                            + seeds.path("k").asInt()
                            + " of "
                            + seeds.path("n").asInt()
                            + " initializations");
        }
        return String.join(", ", parts);
    }

    private static List<JsonNode> worstFirst(JsonNode verdicts) {
        List<JsonNode> sorted = new ArrayList<>();
        for (Severity severity : Severity.worstFirst()) {
            for (JsonNode verdict : verdicts) {
                if (Severity.of(verdict) == severity) {
                    sorted.add(verdict);
                }
            }
        }
        return sorted;
    }

    /** The problem of a verdict in words: {@code vanishing gradient}, {@code non-finite}. */
    static String words(JsonNode verdict) {
        return verdict.path("problem").asText("").replaceAll("(?<!^non)-", " ");
    }

    private static String title(JsonNode verdict) {
        String problem = words(verdict);
        return problem.isEmpty()
                ? "Verdict"
                : problem.substring(0, 1).toUpperCase(Locale.ROOT) + problem.substring(1);
    }

    /** {@code total signal} of {@code totalSignal}; names that are no camel case stay. */
    private static String words(String key) {
        return WORD_START
                .matcher(key.replace('-', ' '))
                .replaceAll(match -> " " + match.group().toLowerCase(Locale.ROOT));
    }

    private static List<String> strings(JsonNode node) {
        List<String> strings = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(item -> strings.add(item.isValueNode() ? item.asText() : item.toString()));
        } else if (node.isTextual()) {
            strings.add(node.asText());
        }
        return strings;
    }
}
