package org.evengrad.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.evengrad.diagnosis.repair.RepairOptions;
import org.evengrad.operations.RepairRequest;
import org.evengrad.operations.Treatment;
import org.evengrad.operations.TreatmentJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Finds the smallest change that makes a configuration train, and proves it. */
@Command(
        name = "doctor",
        description =
                "Find the smallest change that makes a network learn, and prove it: candidates from"
                        + " the diagnosis are trained beside the unchanged network on the same"
                        + " data, and the best one is held against it on fresh seeds. Writes"
                        + " NAME.repaired.conf beside the configuration, which stays as it is.",
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evengrad doctor net.conf",
            "  evengrad doctor net.conf --budget 2m",
            "  evengrad doctor net.conf --proof full",
            "  evengrad doctor net.conf --json",
            "  evengrad train net.repaired.conf"
        })
final class DoctorCommand implements Callable<Integer> {
    /** How much a proof is to say. */
    enum Strength {
        /** Better on a few fresh seeds, over a part of the run. */
        SHORT,
        /** Better on five fresh seeds, over the whole run. */
        FULL
    }

    @ParentCommand private EvengradCommand evengrad;

    @Parameters(paramLabel = "CONFIG", description = "The configuration file.")
    private Path config;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "How long it may take, such as 90s, 2m or 1h. Exit code 4 if that ends before"
                            + " the proof. Without it: about three trainings of the original, and"
                            + " the trainings that show the result.")
    private Duration budget;

    @Option(
            names = "--proof",
            paramLabel = "short|full",
            description =
                    "short (the default): better on 3 to 5 fresh seeds over a quarter of the run;"
                            + " full: on 5 fresh seeds over the whole run, about ten more"
                            + " trainings.")
    private Strength proof = Strength.SHORT;

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description =
                    "The folder for the report and the runs before and after; must be empty or"
                            + " new. Without it: runs/NAME-doctor-001, or the next free number.")
    private Path folder;

    @Mixin private ConfigArguments arguments;

    @Option(names = "--quiet", description = "Print the outcome alone.")
    private boolean quiet;

    @Override
    public Integer call() {
        Interruption interruption = Interruption.listen();
        try {
            RepairRequest request =
                    RepairRequest.of(config)
                            .options(
                                    new RepairOptions(
                                            Optional.ofNullable(budget), proof == Strength.FULL))
                            .stop(interruption.stop());
            for (Map.Entry<String, String> override : arguments.overrides().entrySet()) {
                request = request.with(override.getKey(), override.getValue());
            }
            if (folder != null) {
                request = request.into(folder);
            }
            Treatment treatment;
            try (RepairProgress progress =
                    quiet
                            ? RepairProgress.none()
                            : RepairProgress.on(evengrad.err(), evengrad.surroundings())) {
                treatment = evengrad.facade().doctor(request.listener(progress));
            }
            boolean stopped = interruption.stop().requested();
            report(treatment, stopped);
            return exitCode(treatment, stopped);
        } finally {
            interruption.done();
        }
    }

    private void report(Treatment treatment, boolean stopped) {
        if (evengrad.json()) {
            evengrad.out().print(TreatmentJson.of(treatment));
        } else {
            new TreatmentText(evengrad.surroundings())
                    .lines(treatment, stopped)
                    .forEach(evengrad.out()::println);
        }
    }

    /** Scripts rely on it. */
    static int exitCode(Treatment treatment, boolean stopped) {
        if (stopped) {
            return ExitCode.INTERRUPTED;
        }
        return switch (treatment.repair().status()) {
            case HEALTHY, REPAIRED -> ExitCode.DONE;
            case NOT_REPAIRED -> ExitCode.UNHEALTHY;
            case UNCONFIRMED -> ExitCode.UNDECIDED;
        };
    }
}
