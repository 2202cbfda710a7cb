package org.evengrad.diagnosis;

import java.util.Optional;
import org.evengrad.engine.train.Ending;
import org.evengrad.engine.train.Ending.Reason;

/**
 * How far a run is when it is judged.
 *
 * @param stage before the first step, while it goes on, or at its end
 * @param steps how many steps were run; dry steps do not count
 * @param skippedSteps how many of them were dropped
 * @param ending how it ended, if it did
 */
record Progress(Stage stage, long steps, long skippedSteps, Optional<Ending> ending) {
    /** When judges look. */
    enum Stage {
        /** Nothing was trained yet. */
        BEFORE,
        /** Training goes on. */
        DURING,
        /** The last step was run. */
        AFTER
    }

    /** Nothing was trained yet. */
    static Progress before() {
        return new Progress(Stage.BEFORE, 0, 0, Optional.empty());
    }

    /** Training goes on. */
    static Progress during(long steps, long skippedSteps) {
        return new Progress(Stage.DURING, steps, skippedSteps, Optional.empty());
    }

    /** The last step was run. */
    static Progress after(Ending ending) {
        return new Progress(
                Stage.AFTER, ending.steps(), ending.skippedSteps(), Optional.of(ending));
    }

    boolean isBefore() {
        return stage == Stage.BEFORE;
    }

    boolean diverged() {
        return ending.map(end -> end.reason() == Reason.DIVERGED).orElse(false);
    }
}
