package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What an attempt at a repair left behind.
 *
 * @param folder where
 * @param doctor what it came to
 * @param control the run before, if there is one
 * @param repaired the run after, if there is one; both have columns of equally many steps
 */
record RepairFolder(
        Path folder, JsonNode doctor, Optional<RunFolder> control, Optional<RunFolder> repaired) {
    private static final String DOCTOR = "doctor.json";
    private static final String METRICS = "metrics.jsonl";

    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(DOCTOR));
    }

    /**
     * Reads a folder.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if a file in it cannot be read
     */
    static RepairFolder read(Path folder) {
        Optional<RunFolder> control = run(folder.resolve("control"));
        Optional<RunFolder> repaired = run(folder.resolve("repaired"));
        OptionalLong widest =
                Stream.of(control, repaired)
                        .flatMap(Optional::stream)
                        .flatMapToLong(run -> LongStream.of(stepsPerColumn(run)))
                        .max();
        return new RepairFolder(
                folder,
                RunFolder.json(folder.resolve(DOCTOR)),
                control.map(run -> widened(run, widest.getAsLong())),
                repaired.map(run -> widened(run, widest.getAsLong())));
    }

    private static Optional<RunFolder> run(Path folder) {
        return Files.isRegularFile(folder.resolve(METRICS))
                ? Optional.of(RunFolder.read(folder))
                : Optional.empty();
    }

    private static RunFolder widened(RunFolder run, long stepsPerColumn) {
        return stepsPerColumn(run) == stepsPerColumn ? run : run.inColumnsOf(stepsPerColumn);
    }

    private static long stepsPerColumn(RunFolder run) {
        return run.metrics().columns().stepsPerColumn();
    }

    String name() {
        return doctor.path("name").asText("repair");
    }

    /** The attempt as a run of the original: its verdicts, with what that run measured. */
    RunFolder asRun() {
        return new RunFolder(
                control.map(RunFolder::folder).orElse(folder),
                doctor,
                control.map(RunFolder::manifest).orElse(MissingNode.getInstance()),
                Optional.empty(),
                control.map(RunFolder::metrics)
                        .orElseGet(() -> RunFolder.metrics(folder.resolve(METRICS), 1)));
    }
}
