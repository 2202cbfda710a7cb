package org.evengrad.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** Where the commands start. */
public final class Main {
    /** Picocli's limit. */
    private static final int NARROWEST_HELP = 55;

    private static final int WIDEST_HELP = 100;

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Surroundings surroundings = Surroundings.of(System.getProperties(), System.getenv());
        // What goes to a file or another program is UTF-8 on every machine.
        Charset terminal =
                Charset.forName(
                        System.getProperty("native.encoding", StandardCharsets.UTF_8.name()));
        PrintWriter out =
                writer(
                        FileDescriptor.out,
                        surroundings.columns() > 0 ? terminal : StandardCharsets.UTF_8);
        PrintWriter err = writer(FileDescriptor.err, terminal);
        int exitCode = run(arguments, out, err, surroundings);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /**
     * Runs one command as if without a distribution and a terminal: strategies come from the class
     * path and from {@code --plugins}.
     *
     * @param out takes what would go to standard output
     * @param err takes what would go to standard error
     * @return the exit code
     */
    static int run(String[] arguments, PrintWriter out, PrintWriter err) {
        return run(arguments, out, err, Surroundings.NONE);
    }

    /** Runs one command and returns the exit code. */
    static int run(
            String[] arguments, PrintWriter out, PrintWriter err, Surroundings surroundings) {
        EvengradCommand evengrad = new EvengradCommand(out, err, surroundings);
        Failures failures = new Failures(evengrad, arguments);
        CommandLine commandLine =
                new CommandLine(evengrad)
                        .setOut(out)
                        .setErr(err)
                        .setColorScheme(
                                Help.defaultColorScheme(surroundings.color() ? Ansi.ON : Ansi.OFF))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setParameterExceptionHandler(failures)
                        .setExecutionExceptionHandler(failures);
        if (surroundings.columns() > 0) {
            commandLine.setUsageHelpWidth(
                    Math.max(NARROWEST_HELP, Math.min(surroundings.columns(), WIDEST_HELP)));
        }
        try {
            return commandLine.execute(arguments);
        } catch (StackOverflowError | OutOfMemoryError | LinkageError failure) {
            return failures.report(failure);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static PrintWriter writer(FileDescriptor descriptor, Charset charset) {
        return new PrintWriter(
                new OutputStreamWriter(new FileOutputStream(descriptor), charset), true);
    }
}
