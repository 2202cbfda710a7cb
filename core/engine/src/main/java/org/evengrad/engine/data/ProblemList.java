package org.evengrad.engine.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * What is wrong in a file, in the order of its lines. Keeps the first ten problems and counts the
 * others: a wrong column is wrong in every row.
 */
final class ProblemList {
    private static final int MOST_SHOWN = 10;

    private final Path file;
    private final List<Problem> shown = new ArrayList<>();
    private long notShown;

    ProblemList(Path file) {
        this.file = file;
    }

    /**
     * Adds a problem.
     *
     * @param line at or after those of earlier problems, from 1
     * @param column number of the field, from 1
     */
    void add(long line, int column, String message) {
        if (shown.size() < MOST_SHOWN) {
            shown.add(Problem.at(file, Math.toIntExact(line), column, message));
        } else {
            notShown++;
        }
    }

    /** Adds the problems of another list of the same file. */
    void addAll(ProblemList other) {
        shown.addAll(other.shown);
        shown.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        notShown += other.notShown;
        while (shown.size() > MOST_SHOWN) {
            shown.remove(shown.size() - 1);
            notShown++;
        }
    }

    /**
     * Ends if something is wrong.
     *
     * @throws InvalidInputException with the problems, if there are any
     */
    void throwIfAny() {
        if (shown.isEmpty()) {
            return;
        }
        List<Problem> problems = new ArrayList<>(shown);
        if (notShown > 0) {
            problems.add(Problem.inFile(file, "… and " + notShown + " more"));
        }
        throw new InvalidInputException(problems);
    }
}
