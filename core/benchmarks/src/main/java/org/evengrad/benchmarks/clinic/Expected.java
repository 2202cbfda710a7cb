package org.evengrad.benchmarks.clinic;

import java.util.Set;
import org.evengrad.engine.train.Verdict;

/**
 * What diagnosis should find, if the case turns out to be sick.
 *
 * @param problems names that are right; empty: any
 * @param causes causes that are right; empty: any
 * @param by after which share of the run it has to be found at the latest
 */
record Expected(Set<String> problems, Set<String> causes, double by) {
    /** Before the first step. */
    static final double AT_ONCE = 0;

    /** In the first tenth of the run. */
    static final double EARLY = 0.1;

    /** What shows over time only: in the first half of the run. */
    static final double HALF = 0.5;

    /** What diagnosis calls a rate that is wrong. */
    static final String RATE = "learning-rate";

    /** Nothing in particular. */
    static final Expected ANYTHING = new Expected(Set.of(), Set.of(), AT_ONCE);

    /** A rate so low that the steps do not suffice. */
    static final Expected TOO_SLOW =
            new Expected(
                    Set.of(Verdict.LEARNING_RATE_TOO_LOW, Verdict.SLOW_CONVERGENCE),
                    Set.of(RATE),
                    HALF);

    /** Whether it can be seen before the first step. */
    boolean atOnce() {
        return by == AT_ONCE;
    }

    /** Whether a verdict names the problem. */
    boolean problemIsRight(Spoken verdict) {
        return problems.isEmpty() || problems.contains(verdict.problem());
    }

    /** Whether a verdict names problem and cause. */
    boolean causeIsRight(Spoken verdict) {
        return problemIsRight(verdict) && (causes.isEmpty() || causes.contains(verdict.cause()));
    }
}
