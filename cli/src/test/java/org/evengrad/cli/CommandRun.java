package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** What one command printed and returned, run inside this JVM. */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(String... arguments) {
        return in(Surroundings.NONE, arguments);
    }

    static CommandRun in(Surroundings surroundings, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                Main.run(arguments, new PrintWriter(out), new PrintWriter(err), surroundings);
        return new CommandRun(exitCode, plain(out), plain(err));
    }

    /** The lines of standard error. */
    List<String> errors() {
        return err.lines().toList();
    }

    /** Checks that the input was refused, with one line that has these parts and nothing else. */
    void assertRefused(String... parts) {
        assertEquals(ExitCode.INVALID_INPUT, exitCode, err);
        assertEquals("", out);
        assertEquals(1, errors().size(), err);
        for (String part : parts) {
            assertTrue(err.contains(part), () -> part + " is missing in " + err);
        }
    }

    private static String plain(StringWriter text) {
        return text.toString().replace(System.lineSeparator(), "\n");
    }
}
