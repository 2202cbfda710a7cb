package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** How bad a verdict is, with a shape of its own. */
enum Severity {
    NOTE("Note", "calm", "<circle cx=\"8\" cy=\"8\" r=\"6.6\"/><path d=\"M8 7.4v3.8M8 4.6v.3\"/>"),
    WARN("Warning", "fair", "<path d=\"M8 1.9l6.6 11.9H1.4zM8 6.3v3.6M8 11.8v.2\"/>"),
    ERROR(
            "Error",
            "bad",
            "<path d=\"M5.3 1.4h5.4l3.9 3.9v5.4l-3.9 3.9H5.3l-3.9-3.9V5.3zM8 4.4v4.4M8"
                    + " 11.2v.3\"/>");

    private final String word;
    private final String tone;
    private final String shape;

    Severity(String word, String tone, String shape) {
        this.word = word;
        this.tone = tone;
        this.shape = shape;
    }

    /** Of a verdict; one that does not say how bad it is is a note. */
    static Severity of(JsonNode verdict) {
        String name = verdict.path("severity").asText("").toUpperCase(Locale.ROOT);
        for (Severity severity : values()) {
            if (severity.name().equals(name)) {
                return severity;
            }
        }
        return NOTE;
    }

    static List<Severity> worstFirst() {
        return List.of(ERROR, WARN, NOTE);
    }

    /** The class that colors a card. */
    String tone() {
        return tone;
    }

    /** Shape and word. */
    Markup label() {
        return new Markup()
                .raw("<span class=\"severity " + tone + "\">")
                .raw("<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">" + shape + "</svg>")
                .text(word)
                .raw("</span>");
    }
}
