package org.evengrad.cli;

/** What the process returns. Scripts rely on these numbers. */
final class ExitCode {
    /** Done, and healthy where health was judged. */
    static final int DONE = 0;

    /** A bug of ours, or the machine failed. */
    static final int FAILURE = 1;

    /** The user's input is wrong. */
    static final int INVALID_INPUT = 2;

    /** Training diverged, or a verdict of severity error stands. */
    static final int UNHEALTHY = 3;

    /** The budget ran out first, or no learning rate stands out. */
    static final int UNDECIDED = 4;

    /** Interrupted, after a checkpoint. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
