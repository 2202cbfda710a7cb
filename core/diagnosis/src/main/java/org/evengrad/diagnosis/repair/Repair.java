package org.evengrad.diagnosis.repair;

import java.util.List;
import java.util.Optional;
import org.evengrad.engine.train.Verdict;

/**
 * What an attempt at a repair came to.
 *
 * @param name of the run
 * @param status how it ended
 * @param verdicts on the unchanged one, the worst first
 * @param patch the smallest one that passed; of an unconfirmed repair the most promising one; else
 *     none
 * @param proof of the patch, or the one that failed; empty if it did not come to one
 * @param trials all trainings, in order
 * @param before the unchanged one over the whole length; empty if it was not trained so
 * @param after the repaired one over the whole length; empty when healthy or not repaired
 * @param cost what it took
 * @param ruledOut what was tried and did not help, and what cannot be the cause: one sentence each
 * @param seconds all in all
 */
public record Repair(
        String name,
        Status status,
        List<Verdict> verdicts,
        Patch patch,
        Optional<Proof> proof,
        List<Trial> trials,
        Optional<Outcome> before,
        Optional<Outcome> after,
        Cost cost,
        List<String> ruledOut,
        double seconds) {
    /** Keeps copies. */
    public Repair {
        verdicts = List.copyOf(verdicts);
        trials = List.copyOf(trials);
        ruledOut = List.copyOf(ruledOut);
    }

    /** Whether there is a patch that was trained, if only for a while. */
    public boolean isTried() {
        return !patch.isEmpty() && trials.stream().anyMatch(trial -> trial.patch().equals(patch));
    }

    /** How an attempt ended. */
    public enum Status {
        /** There is nothing to repair. */
        HEALTHY,
        /** A patch passed. */
        REPAIRED,
        /** The budget ended, or someone stopped it, before a proof. */
        UNCONFIRMED,
        /** Nothing that was tried passed. */
        NOT_REPAIRED
    }
}
