package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;

/** How an attempt at a repair ended. */
enum RepairStatus {
    HEALTHY("healthy", "Healthy", "good", "<path d=\"M4.5 8.3l2.4 2.4 4.6-5.2\"/>"),
    REPAIRED("repaired", "Repaired", "good", "<path d=\"M8 4.4v7.2M4.4 8h7.2\"/>"),
    UNCONFIRMED("unconfirmed", "Unconfirmed", "calm", "<path d=\"M8 4.6V8l2.2 1.8\"/>"),
    NOT_REPAIRED("not-repaired", "Not repaired", "bad", "<path d=\"M8 4.2v4.6M8 11.4v.3\"/>");

    private final String name;
    private final String word;
    private final String tone;
    private final String shape;

    RepairStatus(String name, String word, String tone, String shape) {
        this.name = name;
        this.word = word;
        this.tone = tone;
        this.shape = shape;
    }

    /** Of what an attempt came to; unconfirmed if it does not say. */
    static RepairStatus of(JsonNode doctor) {
        for (RepairStatus status : values()) {
            if (status.name.equals(doctor.path("status").asText())) {
                return status;
            }
        }
        return UNCONFIRMED;
    }

    String word() {
        return word;
    }

    /** The pill beside the title. */
    Markup pill() {
        return RunStatus.pill(word, tone, shape);
    }
}
