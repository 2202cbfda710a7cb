package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The manifest, a row for each value; groups have a path with dots. */
final class ManifestTable {
    private static final int LONGEST_LIST = 12;

    private ManifestTable() {}

    static Markup of(JsonNode manifest) {
        Markup html = new Markup();
        if (!manifest.isObject()) {
            return html.element("p", "quiet", "There is no manifest.json.");
        }
        html.raw("<table class=\"manifest\"><tbody>");
        rows(html, "", manifest);
        return html.raw("</tbody></table>");
    }

    private static void rows(Markup html, String path, JsonNode node) {
        if (node.isObject() && !node.isEmpty()) {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                rows(
                        html,
                        path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                        entry.getValue());
            }
        } else if (node.isArray() && !node.isEmpty() && node.get(0).isContainerNode()) {
            for (int i = 0; i < node.size(); i++) {
                rows(html, path + "." + (i + 1), node.get(i));
            }
        } else {
            html.raw("<tr><th scope=\"row\">").text(path).raw("</th>");
            html.element("td", value(node)).raw("</tr>");
        }
    }

    private static String value(JsonNode node) {
        if (node.isNull() || node.isContainerNode() && node.isEmpty()) {
            return "–";
        }
        if (!node.isArray()) {
            return node.asText();
        }
        List<String> items = new ArrayList<>();
        for (JsonNode item : node) {
            if (items.size() == LONGEST_LIST) {
                items.add("… (" + node.size() + " values)");
                break;
            }
            items.add(item.asText());
        }
        return String.join(", ", items);
    }
}
