package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aBugIsOneLineThatSaysWhereTheStackTraceIs() {
        int exitCode = failures().report(new IllegalStateException("boom\nand more"));

        assertEquals(ExitCode.FAILURE, exitCode);
        assertEquals(
                List.of(
                        "evengrad failed: java.lang.IllegalStateException: boom"
                                + " (--verbose prints the stack trace)"),
                err.toString().lines().toList());
    }

    @Test
    void verbosePrintsTheStackTrace() {
        failures("--verbose").report(new IllegalStateException("boom"));

        assertTrue(err.toString().contains("\tat org.evengrad.cli.FailuresTest"), err.toString());
    }

    @Test
    void theMachinesFailureIsToldWithoutTheNameOfAClass() {
        failures().report(new UncheckedIOException(new IOException("No space left on device")));
        failures().report(new UncheckedIOException(new AccessDeniedException("/secret")));

        assertTrue(err.toString().contains("failed: No space left on device ("), err.toString());
        assertTrue(err.toString().contains("failed: /secret: permission denied ("), err.toString());
    }

    @Test
    void lackOfMemorySaysHowToGiveMore() {
        assertEquals(ExitCode.FAILURE, failures().report(new OutOfMemoryError("Java heap space")));

        assertTrue(err.toString().contains("EVENGRAD_OPTS=-Xmx"), err.toString());
    }

    @Test
    void everyProblemOfTheInputHasItsLineAndNoStackTrace() {
        Problem first = new Problem("net.conf", 4, 0, "optimizer.learnin-rate", "unknown option");
        Problem second = Problem.at(Path.of("data.csv"), 7, 3, "'abc' is no number");

        int exitCode =
                failures()
                        .handleExecutionException(
                                new InvalidInputException(List.of(first, second)), null, null);

        assertEquals(ExitCode.INVALID_INPUT, exitCode);
        assertEquals(
                List.of(
                        "optimizer.learnin-rate (net.conf: 4): unknown option",
                        "data.csv:7:3: 'abc' is no number"),
                err.toString().lines().toList());
        assertFalse(err.toString().contains("\tat "));
    }

    @Test
    void aProblemAsJsonHasFileLineKeyAndMessage() {
        Problem problem = new Problem("net.conf", 4, 0, "optimizer.learnin-rate", "unknown");

        failures("--json").handleExecutionException(new InvalidInputException(problem), null, null);

        assertEquals(
                "{\"errors\":[{\"file\":\"net.conf\",\"line\":4,"
                        + "\"key\":\"optimizer.learnin-rate\",\"message\":\"unknown\"}]}",
                out.toString().replaceAll("\\s", ""));
        assertEquals("", err.toString());
    }

    private Failures failures(String... arguments) {
        EvengradCommand evengrad =
                new EvengradCommand(
                        new PrintWriter(out, true), new PrintWriter(err, true), Surroundings.NONE);
        return new Failures(evengrad, arguments);
    }
}
