package org.evengrad.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what was thrown into lines for the user and an exit code. The user's mistakes come without
 * a stack trace, and a bug comes with one only if it is asked for.
 */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final EvengradCommand evengrad;
    private final List<String> arguments;

    /**
     * Prints to the writers of a command.
     *
     * @param arguments of the command line: whether JSON is wanted must be known even when they
     *     cannot be parsed
     */
    Failures(EvengradCommand evengrad, String[] arguments) {
        this.evengrad = evengrad;
        this.arguments = List.of(arguments);
    }

    @Override
    public int handleParseException(ParameterException exception, String[] unused) {
        CommandLine command = exception.getCommandLine();
        String message = exception.getMessage();
        if (exception instanceof UnmatchedArgumentException unmatched) {
            message = unmatched(unmatched.getUnmatched().get(0), command.getCommandSpec());
        }
        String full = message.endsWith(".") || message.endsWith("?") ? message : message + ".";
        String name = command.getCommandSpec().qualifiedName();
        return invalid(List.of(Problem.of(full + " See " + name + " --help")));
    }

    @Override
    public int handleExecutionException(
            Exception exception, CommandLine command, ParseResult parsed) {
        if (exception instanceof ParameterException parameter) {
            return handleParseException(parameter, new String[0]);
        }
        if (exception instanceof InvalidInputException invalid) {
            return invalid(invalid.problems());
        }
        return report(exception);
    }

    /** Reports a bug or a failure of the machine. */
    int report(Throwable failure) {
        boolean verbose = evengrad.verbose() || arguments.contains("--verbose");
        String hint = verbose ? "" : " (--verbose prints the stack trace)";
        print(List.of(Problem.of("evengrad failed: " + describe(failure) + hint)));
        if (verbose) {
            failure.printStackTrace(evengrad.err());
        }
        return ExitCode.FAILURE;
    }

    private int invalid(List<Problem> problems) {
        print(problems);
        return ExitCode.INVALID_INPUT;
    }

    private void print(List<Problem> problems) {
        if (wantsJson()) {
            evengrad.out().println(Json.errors(problems));
        } else {
            problems.forEach(evengrad.err()::println);
        }
    }

    private boolean wantsJson() {
        int format = arguments.indexOf("--format");
        return arguments.contains("--json")
                || arguments.contains("--format=json")
                || format >= 0
                        && format + 1 < arguments.size()
                        && arguments.get(format + 1).equals("json");
    }

    private static String unmatched(String argument, CommandSpec command) {
        if (argument.startsWith("-")) {
            String option = argument.replaceFirst("=.*", "");
            return "unknown option '"
                    + option
                    + "'."
                    + Suggestion.sentence(option, command.optionsMap().keySet());
        }
        if (command.subcommands().isEmpty()) {
            return "unexpected argument '" + argument + "'.";
        }
        List<String> names = new ArrayList<>(command.subcommands().keySet());
        return "unknown command '"
                + argument
                + "'."
                + Suggestion.sentence(argument, names)
                + " Commands: "
                + String.join(", ", names)
                + ".";
    }

    private static String describe(Throwable failure) {
        Throwable cause =
                failure instanceof UncheckedIOException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof AccessDeniedException) {
            return cause.getMessage() + ": permission denied";
        }
        if (cause instanceof NoSuchFileException) {
            return cause.getMessage() + ": no such file or folder";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return cause.getMessage() + ": exists already";
        }
        if (cause instanceof OutOfMemoryError) {
            return "out of memory; EVENGRAD_OPTS=-Xmx8g gives Java more";
        }
        if (cause instanceof IOException && cause.getMessage() != null) {
            return firstLine(cause.getMessage());
        }
        return firstLine(cause.toString());
    }

    private static String firstLine(String text) {
        return Arrays.stream(text.split("\\R")).findFirst().orElse(text);
    }
}
