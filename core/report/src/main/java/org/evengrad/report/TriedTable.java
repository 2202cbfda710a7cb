package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was tried: a row for each patch, a column for each length that anything was trained. */
final class TriedTable {
    private TriedTable() {}

    static Markup of(JsonNode doctor) {
        JsonNode tried = doctor.path("tried");
        if (tried.isEmpty()) {
            return new Markup().element("p", "quiet", "Nothing was trained.");
        }
        Map<String, String> titles = titles(doctor);
        List<String> lengths = new ArrayList<>();
        for (String length : titles.keySet()) {
            for (JsonNode patch : tried) {
                if (patch.has(length) && !lengths.contains(length)) {
                    lengths.add(length);
                }
            }
        }
        Markup html = new Markup();
        html.raw("<p class=\"explain\">Skill on validation rows, the mean over seeds: 0 is what a")
                .raw(" constant prediction reaches, 1 is perfect, −1 is no number. All trainings")
                .raw(" see the same rows; what stands in one column was trained for the same")
                .raw(" length. The first row is the control.</p>")
                .raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Tried\">")
                .raw("<table class=\"tried\"><thead><tr>");
        for (String length : lengths) {
            html.element("th", titles.get(length));
        }
        html.raw("<th>Patch</th></tr></thead><tbody>");
        for (JsonNode patch : tried) {
            html.raw(patch.path("chosen").asBoolean() ? "<tr class=\"chosen\">" : "<tr>");
            for (String length : lengths) {
                cell(html, patch.path(length));
            }
            html.element("td", "patch", patch.path("patch").asText()).raw("</tr>");
        }
        return html.raw("</tbody></table></div>");
    }

    private static Map<String, String> titles(JsonNode doctor) {
        Map<String, String> titles = new LinkedHashMap<>();
        titles.put("short", "At 5 %");
        titles.put("longer", "At 15 %");
        JsonNode share = doctor.path("proofShare");
        titles.put(
                "proof",
                "Fresh seeds"
                        + (share.isNumber()
                                ? String.format(Locale.ROOT, ", %.0f %%", 100 * share.asDouble())
                                : ""));
        titles.put("whole", "Whole run");
        return titles;
    }

    private static void cell(Markup html, JsonNode result) {
        if (result.isMissingNode()) {
            html.element("td", "quiet", "–");
            return;
        }
        double skill = result.path("skill").asDouble(Double.NaN);
        html.raw(skill < 0 ? "<td class=\"negative\">" : "<td>")
                .text(skill(skill))
                .raw("<svg aria-hidden=\"true\"><rect height=\"4\" width=\"")
                .raw(String.format(Locale.ROOT, "%.0f%%", 100 * Math.min(1, Math.abs(skill))))
                .raw("\"/></svg></td>");
    }

    /** The pairs of the proof; nothing if it did not come to one. */
    static Markup pairs(JsonNode doctor) {
        Markup html = new Markup();
        JsonNode pairs = doctor.path("pairs");
        if (pairs.isEmpty()) {
            return html;
        }
        html.raw("<div class=\"scroll\"><table><thead><tr><th>Fresh seed</th>")
                .raw("<th class=\"number\">Before</th><th class=\"number\">After</th>")
                .raw("<th class=\"number\">Gain in skill</th></tr></thead><tbody>");
        for (JsonNode pair : pairs) {
            double control = pair.path("control").asDouble(Double.NaN);
            double repaired = pair.path("repaired").asDouble(Double.NaN);
            html.raw("<tr>")
                    .element("td", pair.path("seed").asText())
                    .element("td", "number", skill(control))
                    .element("td", "number", skill(repaired))
                    .element(
                            "td",
                            "number",
                            Double.isNaN(repaired - control)
                                    ? "–"
                                    : String.format(Locale.ROOT, "%+.2f", repaired - control))
                    .raw("</tr>");
        }
        return html.raw("</tbody></table></div>");
    }

    /** Every training, in order. */
    static Markup trainings(JsonNode doctor) {
        Markup html = new Markup();
        html.raw("<table><thead><tr><th>Stage</th><th class=\"number\">Seed</th>")
                .raw("<th class=\"number\">Steps</th><th class=\"number\">Skill</th>")
                .raw("<th class=\"number\">Took</th><th>Patch</th></tr></thead><tbody>");
        for (JsonNode trial : doctor.path("trials")) {
            html.raw("<tr>")
                    .element("td", trial.path("stage").asText().replace('-', ' '))
                    .element("td", "number", trial.path("seed").asText())
                    .element("td", "number", Numbers.whole(trial.path("steps").asLong()))
                    .element("td", "number", skill(trial.path("skill").asDouble(Double.NaN)))
                    .element(
                            "td",
                            "number",
                            Numbers.duration(trial.path("seconds").asDouble(Double.NaN)))
                    .element("td", trial.path("patch").asText())
                    .raw("</tr>");
        }
        return html.raw("</tbody></table>");
    }

    private static String skill(double skill) {
        return Double.isNaN(skill) ? "–" : String.format(Locale.ROOT, "%.2f", skill);
    }
}
