package org.evengrad;

import org.evengrad.engine.train.Verdict;

/** Ends a {@code fit} that a {@link GradientHealthListener} was told not to let go on. */
public final class UnhealthyTrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Verdict verdict;
    private final long step;

    UnhealthyTrainingException(Verdict verdict, long step) {
        super(verdict.problem() + " at step " + step + ": " + verdict.what());
        this.verdict = verdict;
        this.step = step;
    }

    /** What is the matter; null after deserialization. */
    public Verdict verdict() {
        return verdict;
    }

    /** The step in which it was found, from 1. */
    public long step() {
        return step;
    }
}
