package org.evengrad.benchmarks.clinic;

import java.io.IOException;

/** Runs a case. */
interface Runner {
    /**
     * Trains.
     *
     * @param budget how many times the steps
     * @param kind whether diagnosis watches, or nobody
     * @param version of the diagnosis
     */
    RunLine train(ClinicCase each, long seed, int budget, RunLine.Kind kind, String version)
            throws IOException;

    /** Looks at a case before its first step. */
    RunLine check(ClinicCase each, long seed, String version) throws IOException;
}
