package org.evengrad.report;

import java.util.Locale;

/** How a run stands. Each has a word and a shape, so that none depends on seeing color. */
enum RunStatus {
    HEALTHY("Healthy", "good", "<path d=\"M4.5 8.3l2.4 2.4 4.6-5.2\"/>"),
    UNHEALTHY("Unhealthy", "bad", "<path d=\"M8 4.2v4.6M8 11.4v.3\"/>"),
    DIVERGED("Diverged", "bad", "<path d=\"M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6\"/>"),
    INTERRUPTED("Interrupted", "calm", "<path d=\"M6.3 5.2v5.6M9.7 5.2v5.6\"/>"),
    /** With a word in its summary that this report does not know. */
    ENDED("Ended", "calm", "<path d=\"M5.8 5.8h4.4v4.4H5.8z\"/>"),
    UNFINISHED("No summary yet", "calm", "<path d=\"M8 4.6V8l2.2 1.8\"/>");

    private final String word;
    private final String tone;
    private final String shape;

    RunStatus(String word, String tone, String shape) {
        this.word = word;
        this.tone = tone;
        this.shape = shape;
    }

    static RunStatus of(RunFolder run) {
        if (!run.finished()) {
            return UNFINISHED;
        }
        String name = run.summary().path("status").asText("").toUpperCase(Locale.ROOT);
        for (RunStatus status : values()) {
            if (status != UNFINISHED && status.name().equals(name)) {
                return status;
            }
        }
        return ENDED;
    }

    String word() {
        return word;
    }

    /** The pill beside the title. */
    Markup pill() {
        return pill(word, tone, shape);
    }

    /** A pill with a word, a tone and a shape within a circle. */
    static Markup pill(String word, String tone, String shape) {
        return new Markup()
                .raw("<span class=\"status " + tone + "\">")
                .raw("<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">")
                .raw("<circle cx=\"8\" cy=\"8\" r=\"6.6\"/>" + shape + "</svg>")
                .text(word)
                .raw("</span>");
    }
}
