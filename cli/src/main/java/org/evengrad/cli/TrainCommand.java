package org.evengrad.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.evengrad.Evengrad;
import org.evengrad.engine.run.SummaryJson;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.operations.TrainRequest;
import org.evengrad.operations.TrainedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Trains a configuration. */
@Command(
        name = "train",
        description =
                "Train a network, keep its gradients even, and leave a run folder with the model,"
                        + " the metrics and a report.",
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evengrad train net.conf",
            "  evengrad train net.conf -D optimizer.learning-rate=0.01 --seed 7",
            "  evengrad train net.conf --run-dir runs/mine --quiet",
            "  evengrad train net.conf --resume"
        })
final class TrainCommand implements Callable<Integer> {
    @ParentCommand private EvengradCommand evengrad;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "The configuration file.")
    private Path config;

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description =
                    "The run folder; must be empty or new. Without it: runs/NAME-001, or the next"
                            + " free number.")
    private Path runFolder;

    @Option(names = "--seed", paramLabel = "N", description = "Wins over the file's seed.")
    private Long seed;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description =
                    "A key that wins over the file, for example -D training.epochs=5. May be given"
                            + " more than once.")
    private String[] overrides = {};

    @Option(
            names = "--resume",
            description =
                    "Go on with the run in --run-dir, or with the newest numbered one, from its"
                            + " last checkpoint.")
    private boolean resume;

    @Option(names = "--quiet", description = "Print the outcome alone.")
    private boolean quiet;

    @Override
    public Integer call() {
        // Loading the native library takes as long as all else before the first step.
        CompletableFuture<Void> preloaded = Evengrad.preload();
        Interruption interruption = Interruption.listen();
        try {
            TrainRequest request =
                    TrainRequest.of(config).stop(interruption.stop()).asked(processStart());
            for (Map.Entry<String, String> override : overrides().entrySet()) {
                request = request.with(override.getKey(), override.getValue());
            }
            if (runFolder != null) {
                request = request.into(runFolder);
            }
            if (resume) {
                request = request.resuming();
            }
            Evengrad facade = evengrad.facade();
            TrainedRun run;
            try (Progress progress =
                    quiet
                            ? Progress.none()
                            : Progress.on(evengrad.err(), evengrad.surroundings())) {
                run = facade.train(request.listener(progress));
            }
            return report(run);
        } finally {
            interruption.done();
            preloaded.join();
        }
    }

    private static Instant processStart() {
        return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    }

    private Map<String, String> overrides() {
        Map<String, String> byKey = new LinkedHashMap<>();
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                throw new ParameterException(
                        spec.commandLine(),
                        "-D takes KEY=VALUE, for example -D training.epochs=5, not '"
                                + override
                                + "'");
            }
            byKey.put(override.substring(0, equals).strip(), override.substring(equals + 1));
        }
        if (seed != null) {
            byKey.put("seed", seed.toString());
        }
        return byKey;
    }

    private int report(TrainedRun run) {
        TrainingResult result = run.result();
        if (evengrad.json()) {
            evengrad.out().print(SummaryJson.of(result));
        } else {
            new OutcomeText(evengrad.surroundings()).lines(run).forEach(evengrad.out()::println);
        }
        return switch (result.status()) {
            case HEALTHY -> ExitCode.DONE;
            case UNHEALTHY, DIVERGED -> ExitCode.UNHEALTHY;
            case INTERRUPTED -> ExitCode.INTERRUPTED;
        };
    }
}
