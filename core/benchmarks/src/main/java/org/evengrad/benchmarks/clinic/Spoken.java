package org.evengrad.benchmarks.clinic;

import java.util.List;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * What is kept of a verdict.
 *
 * @param problem its name
 * @param severity how bad it is
 * @param cause its name
 * @param layers the layers to blame
 * @param step when it was said; 0 if before the first step
 * @param seen in how many of the initializations
 * @param looked at how many initializations
 * @param what the line with the numbers
 */
record Spoken(
        String problem,
        Severity severity,
        String cause,
        List<String> layers,
        long step,
        int seen,
        int looked,
        String what) {
    static Spoken of(Verdict verdict) {
        return new Spoken(
                verdict.problem(),
                verdict.severity(),
                verdict.cause(),
                verdict.layers(),
                verdict.firstStep(),
                verdict.seeds().k(),
                verdict.seeds().n(),
                verdict.what());
    }

    /** Said after so many steps. */
    Spoken at(long after) {
        return new Spoken(problem, severity, cause, layers, after, seen, looked, what);
    }

    boolean isError() {
        return severity == Severity.ERROR;
    }

    boolean isWarnOrError() {
        return severity != Severity.NOTE;
    }
}
