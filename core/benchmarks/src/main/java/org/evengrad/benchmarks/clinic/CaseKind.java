package org.evengrad.benchmarks.clinic;

/** Why a case is in the clinic. What it turns out to be is another matter: see {@link Truth}. */
public enum CaseKind {
    /** A network that others report as training badly. */
    SHAPE,
    /** A healthy network with one fault. */
    FAULT,
    /** A healthy network on data that nobody can learn from as they are. */
    DATA_FAULT,
    /** An output and a loss that do not go together. */
    MISMATCH,
    /** A network that trains well, and looks as if it did not. */
    HARD,
    /** A network as people use them. */
    ORDINARY
}
