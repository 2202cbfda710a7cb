package org.evengrad.benchmarks.doctor;

import org.evengrad.benchmarks.clinic.RunLog;

/**
 * A finished piece of work: a line of the log.
 *
 * @param key what was done
 * @param metric on the test rows, if it was a training; NaN if the answers are no numbers
 * @param treatment what was found, if it was a search; else null
 * @param seconds that it took
 */
record Finding(Key key, double metric, Treatment treatment, double seconds) implements RunLog.Line {
    /** What was done. */
    enum Kind {
        /** Trained over the whole length, and scored on the test rows. */
        TRAINING,
        /** Searched by the doctor. */
        DOCTOR,
        /** Searched at random. */
        RANDOM,
        /** Made sane as a whole. */
        RECIPE
    }

    /**
     * What a line is found by.
     *
     * @param kind what was done
     * @param run with which case
     * @param config hash of its configuration
     * @param what the patch that was trained with, or how far a search went
     * @param seed of the training, or of the search
     * @param version of what was at work; empty if the result does not depend on it
     */
    record Key(Kind kind, String run, String config, String what, long seed, String version) {}
}
