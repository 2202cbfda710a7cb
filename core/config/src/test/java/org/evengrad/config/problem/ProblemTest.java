package org.evengrad.config.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void namesKeyFileAndLine() {
        Problem problem = new Problem("net.conf", 4, 0, "optimizer.rate", "unknown");
        assertEquals("optimizer.rate (net.conf: 4): unknown", problem.toString());
    }

    @Test
    void leavesOutWhatIsUnknown() {
        assertEquals("a (net.conf): bad", new Problem("net.conf", 0, 0, "a", "bad").toString());
        assertEquals("a: bad", Problem.ofKey("a", "bad").toString());
        assertEquals("bad", Problem.of("bad").toString());
        assertEquals("net.conf: bad", Problem.inFile(Path.of("net.conf"), "bad").toString());
        assertEquals("t.csv:7: bad", Problem.at(Path.of("t.csv"), 7, 0, "bad").toString());
        assertEquals("t.csv:7:3: bad", Problem.at(Path.of("t.csv"), 7, 3, "bad").toString());
    }

    @Test
    void exceptionPrintsOneProblemALine() {
        List<Problem> problems = List.of(Problem.of("first"), Problem.ofKey("a", "second"));
        InvalidInputException exception = new InvalidInputException(problems);
        assertEquals("first\na: second", exception.getMessage());
        assertEquals(problems, exception.problems());
    }

    @Test
    void refusesAnExceptionWithoutProblems() {
        List<Problem> none = List.of();
        assertThrows(IllegalArgumentException.class, () -> new InvalidInputException(none));
    }
}
