package org.evengrad.report;

/** What the heat map can show, with the key in a line of the metrics. */
enum Measure {
    /** The gradient's norm as it came. */
    BEFORE_GUARDS("gradientNorm"),
    /** The gradient's norm as the optimizer saw it. */
    AFTER_GUARDS("gradientNormAfterGuards"),
    /** The size of the update against that of the tensor. */
    UPDATE_RATIO("updateRatio");

    private final String key;

    Measure(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
