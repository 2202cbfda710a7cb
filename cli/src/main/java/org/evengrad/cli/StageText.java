package org.evengrad.cli;

import org.evengrad.diagnosis.repair.Stage;

/** A stage of a repair in a few words. */
final class StageText {
    private StageText() {}

    static String of(Stage stage) {
        return switch (stage) {
            case CONTROL -> "the original, whole run";
            case FIRST_RUNG -> "candidates, 5% of the run";
            case SECOND_RUNG -> "the best, 15% of the run";
            case PAIRS -> "pairs, 15% of the run";
            case DROP -> "without each edit";
            case PROOF -> "proof on fresh seeds";
            case RESULT -> "before and after, whole run";
        };
    }
}
