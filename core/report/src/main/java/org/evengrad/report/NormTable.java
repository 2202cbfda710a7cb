package org.evengrad.report;

import java.util.List;
import java.util.Map;
import org.evengrad.report.Metrics.Ends;

/** The heat map in words, for those who cannot see it: first and last values of each tensor. */
final class NormTable {
    private NormTable() {}

    static Markup of(Metrics metrics) {
        List<String> tensors = metrics.layout().tensors();
        Markup html = new Markup();
        html.raw("<table class=\"norms\"><thead><tr><th scope=\"col\" rowspan=\"2\">Tensor</th>")
                .raw("<th scope=\"colgroup\" colspan=\"2\">Gradient norm</th>")
                .raw("<th scope=\"colgroup\" colspan=\"2\">After guards</th>")
                .raw("<th scope=\"colgroup\" colspan=\"2\">Update ratio</th></tr><tr>");
        for (int i = 0; i < Measure.values().length; i++) {
            html.raw("<th scope=\"col\" class=\"number\">first step</th>")
                    .raw("<th scope=\"col\" class=\"number\">last step</th>");
        }
        html.raw("</tr></thead><tbody>");
        for (int t = 0; t < tensors.size(); t++) {
            html.raw("<tr><th scope=\"row\">").text(tensors.get(t)).raw("</th>");
            for (Map.Entry<Measure, Ends[]> entry : metrics.ends().entrySet()) {
                Ends ends = entry.getValue()[t];
                html.element("td", "number", ends == null ? "–" : Numbers.decimal(ends.first()))
                        .element("td", "number", ends == null ? "–" : Numbers.decimal(ends.last()));
            }
            html.raw("</tr>");
        }
        return html.raw("</tbody></table>");
    }
}
