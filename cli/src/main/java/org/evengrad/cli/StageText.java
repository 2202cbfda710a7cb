package org.evengrad.cli;

import org.evengrad.diagnosis.repair.Stage;

/** A stage of a repair in a few words. */
final class StageText {
    private StageText() {}

    static String of(Stage stage) {
        return switch (stage) {
            case CONTROL -> "the original, whole run";
            case FIRST_RUNG -> "candidates, a few steps each";
            case SECOND_RUNG -> "the best of them, some more";
            case PAIRS -> "two together";
            case DROP -> "the best without each edit";
            case PROOF -> "proof on fresh seeds";
            case RESULT -> "before and after, whole run";
        };
    }
}
