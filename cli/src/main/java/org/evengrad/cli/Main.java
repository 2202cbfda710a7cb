package org.evengrad.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.evengrad.Evengrad;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** Where the commands start. */
public final class Main {
    /** Picocli's limit. */
    private static final int NARROWEST_HELP = 55;

    private static final int WIDEST_HELP = 100;

    /** In the order of the help text. */
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("train", TrainCommand.class);
        COMMANDS.put("check", CheckCommand.class);
        COMMANDS.put("doctor", DoctorCommand.class);
        COMMANDS.put("find-lr", FindLrCommand.class);
        COMMANDS.put("compare", CompareCommand.class);
        COMMANDS.put("evaluate", EvaluateCommand.class);
        COMMANDS.put("export", ExportCommand.class);
        COMMANDS.put("init", InitCommand.class);
        COMMANDS.put("strategies", StrategiesCommand.class);
    }

    /** The commands that compute. */
    private static final Set<String> NATIVE =
            Set.of("train", "check", "doctor", "find-lr", "compare", "evaluate");

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
        // Loading the native library takes longer than all that comes before it is needed. Nobody
        // may leave in the midst of it.
        boolean needed = Stream.of(arguments).anyMatch(NATIVE::contains);
        CompletableFuture<Void> preloaded =
                needed ? Evengrad.preload() : CompletableFuture.completedFuture(null);
        EvengradCommand evengrad = new EvengradCommand(out, err, surroundings);
        Failures failures = new Failures(evengrad, arguments);
        CommandLine commandLine =
                commandLine(evengrad, arguments)
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
            preloaded.join();
        }
    }

    /** With the command that comes first, if one does; describing all takes four times as long. */
    private static CommandLine commandLine(EvengradCommand evengrad, String[] arguments) {
        CommandLine commandLine = new CommandLine(evengrad);
        Class<?> wanted = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (wanted == null) {
            COMMANDS.forEach(commandLine::addSubcommand);
        } else {
            commandLine.addSubcommand(arguments[0], wanted);
        }
        return commandLine;
    }

    private static PrintWriter writer(FileDescriptor descriptor, Charset charset) {
        return new PrintWriter(
                new OutputStreamWriter(new FileOutputStream(descriptor), charset), true);
    }
}
