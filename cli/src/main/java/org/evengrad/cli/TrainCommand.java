package org.evengrad.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.evengrad.Evengrad;
import org.evengrad.engine.run.BadBatch;
import org.evengrad.engine.run.SummaryJson;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.operations.ReplayedStep;
import org.evengrad.operations.TrainRequest;
import org.evengrad.operations.TrainedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "  evengrad train net.conf --resume",
            "  evengrad train --replay runs/net-001/bad-batches/step-7.json"
        })
final class TrainCommand implements Callable<Integer> {
    @ParentCommand private EvengradCommand evengrad;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "CONFIG",
            arity = "0..1",
            description = "The configuration file; not with --replay.")
    private Path config;

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description =
                    "The run folder; must be empty or new. Without it: runs/NAME-001, or the next"
                            + " free number.")
    private Path runFolder;

    @Mixin private ConfigArguments arguments;

    @Option(
            names = "--resume",
            description =
                    "Go on with the run in --run-dir, or with the newest numbered one, from its"
                            + " last checkpoint.")
    private boolean resume;

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description =
                    "Compute a step once more in which a NaN or an infinity arose, from a file in a"
                            + " run's bad-batches: same batch, parameters and draws. Shows where it"
                            + " arises and why, and trains nothing. Exit code 3 if it is there"
                            + " again, 0 if not.")
    private Path replay;

    @Option(names = "--quiet", description = "Print the outcome alone.")
    private boolean quiet;

    @Override
    public Integer call() {
        if (replay != null) {
            return replay();
        }
        if (config == null) {
            throw new ParameterException(
                    spec.commandLine(), "Missing required parameter: 'CONFIG'");
        }
        Interruption interruption = Interruption.listen();
        try {
            TrainRequest request =
                    TrainRequest.of(config).stop(interruption.stop()).asked(processStart());
            for (Map.Entry<String, String> override : arguments.overrides().entrySet()) {
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
        }
    }

    private int replay() {
        boolean trains = config != null || runFolder != null || resume;
        if (trains || arguments.any()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--replay takes the configuration of its run, and nothing beside it");
        }
        ReplayedStep step = evengrad.facade().replay(replay);
        if (evengrad.json()) {
            BadBatch recorded = step.recorded();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("step", recorded.step());
            json.put("epoch", recorded.epoch());
            json.put("batch", recorded.batch());
            json.put("rows", recorded.rows().orElse(null));
            json.put("repeated", step.isBad());
            BadBatch.trace(step.trace(), recorded.rows())
                    .properties()
                    .forEach(entry -> json.put(entry.getKey(), entry.getValue()));
            evengrad.out().println(Json.text(json));
        } else {
            ReplayText.lines(step).forEach(evengrad.out()::println);
        }
        return step.isBad() ? ExitCode.UNHEALTHY : ExitCode.DONE;
    }

    private static Instant processStart() {
        return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
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
