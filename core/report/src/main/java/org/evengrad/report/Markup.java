package org.evengrad.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** HTML under construction. Text goes in escaped; only constants of ours go in as they are. */
final class Markup {
    private final StringBuilder html = new StringBuilder();

    /** Adds tags. Never anything that comes from a run. */
    Markup raw(String constant) {
        html.append(constant);
        return this;
    }

    /** Adds a piece that was built in the same way. */
    Markup add(Markup piece) {
        html.append(piece.html);
        return this;
    }

    /** Adds text, escaped for content and for quoted attributes. */
    Markup text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                case '\0' -> html.append('\uFFFD');
                default -> html.append(c);
            }
        }
        return this;
    }

    /** Adds an element without attributes, with text in it. */
    Markup element(String tag, String text) {
        return raw("<" + tag + ">").text(text).raw("</" + tag + ">");
    }

    /** Adds an element of a class, with text in it. */
    Markup element(String tag, String cssClass, String text) {
        return raw("<" + tag + " class=\"" + cssClass + "\">").text(text).raw("</" + tag + ">");
    }

    @Override
    public String toString() {
        return html.toString();
    }

    /**
     * JSON for a {@code script} element: no {@code <} that could end the element, and no line
     * separators that a script would stumble over.
     */
    static Markup json(JsonNode node) {
        try {
            return new Markup()
                    .raw(
                            new ObjectMapper()
                                    .writeValueAsString(node)
                                    .replace("<", "\\u003c")
                                    .replace(">", "\\u003e")
                                    .replace("&", "\\u0026")
                                    .replace("\u2028", "\\u2028")
                                    .replace("\u2029", "\\u2029"));
        } catch (JsonProcessingException error) {
            throw new IllegalStateException("a tree of JSON is always written", error);
        }
    }
}
