package org.evengrad.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.diagnosis.LearningRateRange;
import org.evengrad.diagnosis.RangeOptions;
import org.evengrad.diagnosis.RangeResult;
import org.evengrad.engine.run.AtomicFile;
import org.evengrad.operations.FindLearningRateRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Suggests a learning rate. */
@Command(
        name = "find-lr",
        description =
                "Suggest a learning rate: raise it from step to step until the loss runs away, on"
                        + " several orders of batches, then compare steps at constant rates. All"
                        + " steps are undone; writes nothing but the picture that is asked for."
                        + " Exits with 4 if no rate can be suggested.",
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evengrad find-lr net.conf",
            "  evengrad find-lr net.conf --from 1e-5 --to 1 --steps 200",
            "  evengrad find-lr net.conf -D optimizer=null -D optimizer.use=sgd",
            "  evengrad find-lr net.conf --picture rates.svg --json"
        })
final class FindLrCommand implements Callable<Integer> {
    private static final String SVG = ".svg";

    @ParentCommand private EvengradCommand evengrad;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "The configuration file.")
    private Path config;

    @Mixin private ConfigArguments arguments;

    @Option(
            names = "--from",
            paramLabel = "RATE",
            description = "The least rate. Without it: 1e-7, or a hundredth of yours.")
    private Double from;

    @Option(
            names = "--to",
            paramLabel = "RATE",
            description = "The largest rate. Without it: 10, or ten times yours.")
    private Double to;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each order of batches, 100 without it.")
    private Integer steps;

    @Option(
            names = "--orders",
            paramLabel = "N",
            description = "Orders of batches that the curve is the median of, 5 without it.")
    private Integer orders;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Write the curve as a picture. FILE ends in .svg.")
    private Path picture;

    @Override
    public Integer call() {
        RangeOptions options = options();
        if (picture != null) {
            requireWritable();
        }
        FindLearningRateRequest request = FindLearningRateRequest.of(config).options(options);
        for (Map.Entry<String, String> override : arguments.overrides().entrySet()) {
            request = request.with(override.getKey(), override.getValue());
        }
        Progress progress = new Progress(evengrad.err(), evengrad.surroundings().columns());
        RangeResult result;
        try {
            result = evengrad.facade().findLearningRate(request.listener(progress));
        } finally {
            progress.erase();
        }
        if (picture != null) {
            write(result);
        }
        if (evengrad.json()) {
            evengrad.out().print(RangeJson.of(result));
        } else {
            new RangeText(evengrad.surroundings()).lines(result).forEach(evengrad.out()::println);
        }
        return result.suggestion().isPresent() ? ExitCode.DONE : ExitCode.UNDECIDED;
    }

    private RangeOptions options() {
        requirePositive("--from", from);
        requirePositive("--to", to);
        if (from != null && to != null && from >= to) {
            throw refused("--from must be below --to, not " + from + " and " + to);
        }
        int fewest = RangeOptions.FEWEST_STEPS;
        if (steps != null && steps < fewest) {
            throw refused("--steps takes a whole number of at least " + fewest + ", not " + steps);
        }
        if (orders != null && orders < 1) {
            throw refused("--orders takes a whole number of at least 1, not " + orders);
        }
        return new RangeOptions(
                rate(from),
                rate(to),
                steps == null ? RangeOptions.DEFAULTS.steps() : steps,
                orders == null ? RangeOptions.DEFAULTS.orders() : orders);
    }

    private void requirePositive(String option, Double rate) {
        if (rate != null && !(rate > 0 && Double.isFinite(rate))) {
            throw refused(option + " takes a rate above 0, not " + rate);
        }
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static OptionalDouble rate(Double given) {
        return given == null ? OptionalDouble.empty() : OptionalDouble.of(given);
    }

    /** Before minutes are spent on what cannot be kept. */
    private void requireWritable() {
        if (!picture.toString().toLowerCase(Locale.ROOT).endsWith(SVG)) {
            throw refused("--picture takes a file that ends in .svg, not '" + picture + "'");
        }
        Path folder = picture.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new InvalidInputException(
                    List.of(Problem.inFile(picture, "its folder does not exist, or is read-only")));
        }
    }

    private void write(RangeResult result) {
        try {
            AtomicFile.writeText(picture, RangePicture.of(result));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line on a terminal, now and then drawn again. */
    private static final class Progress implements LearningRateRange.Listener {
        private static final long REDRAW_NANOS = 200_000_000;
        private final PrintWriter err;
        private final int columns;
        private final long began = System.nanoTime();
        private long drawn = began;

        Progress(PrintWriter err, int columns) {
            this.err = err;
            this.columns = columns;
        }

        @Override
        public void stepped(long steps, long planned) {
            long now = System.nanoTime();
            if (columns == 0 || now - drawn < REDRAW_NANOS) {
                return;
            }
            drawn = now;
            double left = (now - began) / 1e9 / steps * (planned - steps);
            show(
                    String.format(
                            Locale.ROOT,
                            "step %,d of about %,d, %s left",
                            steps,
                            planned,
                            Numbers.duration(left)));
        }

        void erase() {
            if (drawn != began) {
                show("");
                err.print("\r");
                err.flush();
            }
        }

        private void show(String line) {
            err.print("\r" + String.format("%-" + (columns - 1) + "s", line));
            err.flush();
        }
    }
}
