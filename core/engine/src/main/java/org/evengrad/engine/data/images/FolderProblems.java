package org.evengrad.engine.data.images;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/** What is wrong in a folder of images. A folder that is wrong is often wrong in every file. */
final class FolderProblems {
    private static final int MOST_SHOWN = 10;

    private FolderProblems() {}

    /**
     * Names the first ten problems and counts the others.
     *
     * @param problems at least one
     */
    static InvalidInputException refusal(List<Problem> problems) {
        List<Problem> shown =
                new ArrayList<>(problems.subList(0, Math.min(MOST_SHOWN, problems.size())));
        int more = problems.size() - shown.size();
        if (more > 0) {
            shown.add(Problem.ofKey("data.folder", "… and " + more + " more"));
        }
        return new InvalidInputException(shown);
    }
}
