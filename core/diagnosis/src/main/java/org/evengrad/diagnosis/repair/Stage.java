package org.evengrad.diagnosis.repair;

/** Where in the experiment a training stands. */
public enum Stage {
    /** The unchanged one, for as long as it is planned, where nothing was seen before training. */
    CONTROL,
    /** All candidates, for a short while. */
    FIRST_RUNG,
    /** The best of them, on to a longer while. */
    SECOND_RUNG,
    /** Two candidates together, where no single one passed. */
    PAIRS,
    /** The patch without one of its edits. */
    DROP,
    /** On fresh seeds. */
    PROOF,
    /** What people are shown: unchanged and repaired, for as long as it is planned. */
    RESULT
}
