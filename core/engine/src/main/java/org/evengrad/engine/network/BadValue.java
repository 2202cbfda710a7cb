package org.evengrad.engine.network;

import java.util.List;

/**
 * Where the first NaN or infinity of a pass arose, and why.
 *
 * @param where the first array that has one
 * @param cause why
 * @param why the cause in one sentence, with numbers
 * @param rows the batch's rows that are to blame, from 0; empty if that cannot be told, or is none
 *     of them in particular
 */
public record BadValue(ValueRange where, Cause cause, String why, List<Integer> rows) {
    /** Why a number is none. */
    public enum Cause {
        /** A parameter was NaN or infinite before the pass. */
        BAD_PARAMETERS,
        /** A feature is. */
        BAD_FEATURES,
        /** A target is. */
        BAD_TARGETS,
        /** No example and no time step counts. */
        EMPTY_BATCH,
        /** All time steps of an example are masked. */
        ALL_MASKED,
        /** The loss takes the logarithm of a prediction of zero or below. */
        LOG_OF_ZERO,
        /** Finite numbers grew out of the range of a float. */
        OVERFLOW,
        /** Numbers of usual size gave none: 0/0, or a function outside of its domain. */
        UNDEFINED
    }

    /** Keeps a copy. */
    public BadValue {
        rows = List.copyOf(rows);
    }

    /** Where, for people: {@code the output of layer dense-3, on the way forward}. */
    public String place() {
        return where.what()
                + switch (where.direction()) {
                    case BEFORE -> ", before the pass";
                    case FORWARD -> ", on the way forward";
                    case BACKWARD -> ", on the way back";
                };
    }
}
