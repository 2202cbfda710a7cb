package org.evengrad.benchmarks.clinic;

import java.util.List;

/**
 * A finished run: a line of the log.
 *
 * @param kind what was done
 * @param run whose training it was
 * @param config hash of the configuration
 * @param seed of data and first weights
 * @param budget how many times the steps of the case
 * @param version of the diagnosis; empty for the truth, which it does not change
 * @param metric reached on the test rows; NaN if the answers are no numbers
 * @param steps that were planned
 * @param seconds that training or the check took
 * @param ending how training ended
 * @param verdicts what diagnosis said
 */
record RunLine(
        Kind kind,
        String run,
        String config,
        long seed,
        int budget,
        String version,
        double metric,
        long steps,
        double seconds,
        String ending,
        List<Spoken> verdicts)
        implements RunLog.Line {
    /** What was done. */
    enum Kind {
        /** Trained, and scored. */
        TRUTH,
        /** Trained, and judged meanwhile. */
        LIVE,
        /** Looked at before the first step. */
        CHECK
    }

    /** What a line is found by. */
    record Key(Kind kind, String run, String config, long seed, int budget, String version) {}

    @Override
    public Key key() {
        return new Key(kind, run, config, seed, budget, version);
    }

    /** The same training, without what was said about it. */
    RunLine asTruth() {
        return new RunLine(
                Kind.TRUTH,
                run,
                config,
                seed,
                budget,
                "",
                metric,
                steps,
                seconds,
                ending,
                List.of());
    }
}
