package org.evengrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.problem.Suggestion;
import org.evengrad.diagnosis.CheckResult;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.operations.CheckRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Says before the first step whether gradients will vanish or explode. */
@Command(
        name = "check",
        description =
                "Say, without training, whether gradients will vanish or explode, in which layers,"
                        + " why, and what to change. Looks at many initializations on one batch of"
                        + " real data; writes nothing.",
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evengrad check net.conf",
            "  evengrad check net.conf -D activation=sigmoid",
            "  evengrad check net.conf --json --fail-on warn",
            "  evengrad check net.conf --fail-on learning-rate-too-high"
        })
final class CheckCommand implements Callable<Integer> {
    @ParentCommand private EvengradCommand evengrad;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "The configuration file.")
    private Path config;

    @Mixin private ConfigArguments arguments;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description =
                    "How many initializations to look at. Without it: 16, and up to 64 as long as"
                            + " they disagree.")
    private Integer seeds;

    @Option(
            names = "--fail-on",
            paramLabel = "WHAT",
            split = ",",
            description =
                    "What makes the exit code 3: note, warn or error (the default) and worse, or"
                            + " the name of a problem whatever its severity. May be several, with"
                            + " commas between.")
    private List<String> failOn = List.of("error");

    @Override
    public Integer call() {
        failOn.forEach(this::mustBeKnown);
        if (seeds != null && seeds < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--seeds takes a whole number of at least 1, not " + seeds);
        }
        CheckRequest request = CheckRequest.of(config);
        for (Map.Entry<String, String> override : arguments.overrides().entrySet()) {
            request = request.with(override.getKey(), override.getValue());
        }
        CheckResult result =
                evengrad.facade()
                        .check(
                                request.seeds(
                                        seeds == null
                                                ? OptionalInt.empty()
                                                : OptionalInt.of(seeds)));
        boolean failed = result.verdicts().stream().anyMatch(this::fails);
        if (evengrad.json()) {
            evengrad.out().print(CheckJson.of(result));
        } else {
            new CheckText(evengrad.surroundings()).lines(result).forEach(evengrad.out()::println);
        }
        return failed ? ExitCode.UNHEALTHY : ExitCode.DONE;
    }

    private boolean fails(Verdict verdict) {
        return failOn.stream()
                .anyMatch(
                        what ->
                                what.equals(verdict.problem())
                                        || severity(what)
                                                .anyMatch(
                                                        least ->
                                                                verdict.severity().compareTo(least)
                                                                        >= 0));
    }

    private static Stream<Severity> severity(String word) {
        return Stream.of(Severity.values()).filter(severity -> KebabCase.of(severity).equals(word));
    }

    private void mustBeKnown(String what) {
        List<String> known = new ArrayList<>(List.of("note", "warn", "error"));
        known.addAll(Verdict.PROBLEMS);
        if (!known.contains(what)) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.format(
                            Locale.ROOT,
                            "--fail-on does not know '%s'.%s It takes: %s",
                            what,
                            Suggestion.sentence(what, known),
                            known.stream().collect(Collectors.joining(", "))));
        }
    }
}
