package org.evengrad.cli;

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

    private static String plain(StringWriter text) {
        return text.toString().replace(System.lineSeparator(), "\n");
    }
}
