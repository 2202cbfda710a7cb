package org.evengrad.config.problem;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The user's input is wrong. Carries every problem that was found, so that they can be printed
 * together, without a stack trace. The message is the problems, one a line.
 *
 * @since 0.1.0
 */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * Carries all problems that were found.
     *
     * @throws IllegalArgumentException if there is none
     */
    public InvalidInputException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("no problem, so no exception");
        }
        this.problems = List.copyOf(problems);
    }

    /** Carries a single problem. */
    public InvalidInputException(Problem problem) {
        this(List.of(problem));
    }

    /** What is wrong, at least one problem. */
    public List<Problem> problems() {
        return problems;
    }
}
