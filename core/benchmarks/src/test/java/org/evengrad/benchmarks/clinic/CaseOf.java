package org.evengrad.benchmarks.clinic;

import java.util.List;
import org.evengrad.benchmarks.clinic.RunLine.Kind;
import org.evengrad.engine.train.Verdict.Severity;

/** Small cases and what is said of them, for tests. */
final class CaseOf {
    private CaseOf() {}

    static ClinicCase circles(String id, Expected expected, int steps) {
        return of(id, CaseKind.FAULT, expected).lasting(steps, 32);
    }

    static ClinicCase of(String id, CaseKind kind, Expected expected) {
        Network network = new Network(Network.dense(4, 1), "relu", Network.HE, Network.sgd(1e-6));
        return new ClinicCase(id, id + "-family", kind, ClinicData.CIRCLES, network, expected);
    }

    static RunLine line(Kind kind, String run, long seed, double metric, List<Spoken> verdicts) {
        return new RunLine(
                kind, run, "hash", seed, 1, "", metric, 100, 0.25, "COMPLETED", verdicts);
    }

    static Spoken error(String problem, String cause, long step) {
        return new Spoken(problem, Severity.ERROR, cause, List.of(), step, 16, 16, "what");
    }

    static Spoken warning(String problem, String cause, long step) {
        return new Spoken(problem, Severity.WARN, cause, List.of(), step, 3, 3, "what");
    }
}
