package org.evengrad.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.evengrad.comparison.CompareRequest;
import org.evengrad.comparison.Comparison;
import org.evengrad.comparison.ComparisonJson;
import org.evengrad.comparison.Variation;
import org.evengrad.config.TrainingConfig.Metric;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.problem.Suggestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Trains combinations of values and says which is best. */
@Command(
        name = "compare",
        description =
                "Train every combination of some values with several seeds, and say which is best"
                        + " on the validation rows. Leaves a folder with the runs, a table (CSV), a"
                        + " plot (SVG) and comparison.json.",
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evengrad compare net.conf --vary optimizer.use=adam,sgd --seeds 5",
            "  evengrad compare net.conf --vary activation=relu,elu --vary"
                    + " initializer=he,orthogonal",
            "  evengrad compare net.conf --vary 'guards=[nonfinite],[nonfinite,clip-global-norm]'",
            "  evengrad compare net.conf --vary optimizer.use=adam,sgd --seeds 5 --resume"
        })
final class CompareCommand implements Callable<Integer> {
    @ParentCommand private EvengradCommand evengrad;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "The configuration file.")
    private Path config;

    @Option(
            names = "--vary",
            paramLabel = "KEY=A,B",
            required = true,
            description =
                    "A key and the values that it takes; commas inside braces, brackets and quotes"
                            + " do not separate. May be given more than once: then every"
                            + " combination is trained.")
    private List<String> vary;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "How many seeds each combination is trained with: the configuration's and those"
                            + " behind it. Without it: 3.")
    private int seeds;

    @Option(
            names = "--by",
            paramLabel = "METRIC",
            description =
                    "What decides: a metric of training.early-stop, such as validation-loss."
                            + " Without it: the accuracy, for numbers R2.")
    private String metric;

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description =
                    "The folder; must be empty or new. Without it: runs/NAME-compare-001, or the"
                            + " next free number.")
    private Path folder;

    @Option(
            names = "--resume",
            description =
                    "Go on with the comparison in --run-dir, or with the newest numbered one that"
                            + " stopped. Runs that have ended stay as they are.")
    private boolean resume;

    @Mixin private ConfigArguments arguments;

    @Option(names = "--quiet", description = "Print the outcome alone.")
    private boolean quiet;

    @Override
    public Integer call() {
        if (seeds < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--seeds takes a whole number of at least 1, not " + seeds);
        }
        Interruption interruption = Interruption.listen();
        try {
            CompareRequest request =
                    CompareRequest.of(config).seeds(seeds).stop(interruption.stop());
            for (String each : vary) {
                request = request.vary(Variation.parse(each));
            }
            for (Map.Entry<String, String> override : arguments.overrides().entrySet()) {
                request = request.with(override.getKey(), override.getValue());
            }
            if (metric != null) {
                request = request.by(metric());
            }
            if (folder != null) {
                request = request.into(folder);
            }
            if (resume) {
                request = request.resuming();
            }
            if (!quiet) {
                request = request.listener(new CompareProgress(evengrad.err()));
            }
            return report(evengrad.facade().compare(request));
        } finally {
            interruption.done();
        }
    }

    private int report(Comparison comparison) {
        if (evengrad.json()) {
            evengrad.out().print(ComparisonJson.of(comparison));
        } else {
            new CompareText(evengrad.surroundings())
                    .lines(comparison)
                    .forEach(evengrad.out()::println);
        }
        return comparison.isWhole() ? ExitCode.DONE : ExitCode.INTERRUPTED;
    }

    private Metric metric() {
        List<String> known = Stream.of(Metric.values()).map(KebabCase::of).toList();
        return Stream.of(Metric.values())
                .filter(each -> KebabCase.of(each).equals(metric))
                .findFirst()
                .orElseThrow(
                        () ->
                                new ParameterException(
                                        spec.commandLine(),
                                        String.format(
                                                Locale.ROOT,
                                                "--by does not know '%s'.%s It takes: %s",
                                                metric,
                                                Suggestion.sentence(metric, known),
                                                known.stream().collect(Collectors.joining(", ")))));
    }
}
