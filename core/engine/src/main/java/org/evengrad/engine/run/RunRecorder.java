package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.evengrad.config.HealthConfig;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.BadStep;
import org.evengrad.engine.train.Checkpoint;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.Verdict;
import org.evengrad.spi.Tensor;

/** Writes the run folder while a run goes on. */
public final class RunRecorder implements TrainingListener, AutoCloseable {
    private final RunFolder folder;
    private final Provenance provenance;
    private final Clock clock;
    private final Optional<Checkpoint> from;
    private Instant start;
    private MetricsLog metrics;
    private SetAside setAside;
    private BadBatches badBatches;
    private TrainingPlan plan;
    private long steps;

    /**
     * A recorder.
     *
     * @param folder an empty folder
     * @param provenance the strategies and jars that the manifest names
     * @param clock tells when the run started and ended
     */
    public RunRecorder(RunFolder folder, Provenance provenance, Clock clock) {
        this(folder, provenance, clock, Optional.empty());
    }

    private RunRecorder(
            RunFolder folder, Provenance provenance, Clock clock, Optional<Checkpoint> from) {
        this.from = from;
        this.folder = folder;
        this.provenance = provenance;
        this.clock = clock;
    }

    /**
     * A recorder that goes on in the folder of a run that stopped.
     *
     * @param from where the run goes on; lines about later steps are dropped
     */
    public static RunRecorder resuming(
            RunFolder folder, Provenance provenance, Clock clock, Checkpoint from) {
        return new RunRecorder(folder, provenance, clock, Optional.of(from));
    }

    /**
     * Reads the newest checkpoint of a run.
     *
     * @throws InvalidInputException if there is none that is whole
     */
    public static Checkpoint checkpoint(RunFolder folder) {
        return newestCheckpoint(folder)
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        Problem.of(
                                                "nothing to resume: "
                                                        + folder.path()
                                                        + " has no checkpoint that is whole")));
    }

    /** Reads the newest checkpoint of a run; empty if there is none that is whole. */
    public static Optional<Checkpoint> newestCheckpoint(RunFolder folder) {
        try {
            return CheckpointFile.newest(folder.checkpoints());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many epochs a run had completed after a step; 0 unless that was its last one. */
    public static int epochs(RunFolder folder, long step) {
        try {
            JsonNode summary = Reading.JSON.readTree(folder.summary().toFile());
            return summary.path("steps").asLong() == step ? summary.path("epochs").asInt() : 0;
        } catch (IOException absentOrDamaged) {
            return 0;
        }
    }

    /** The strategies that a run uses, as its manifest says; none if that cannot be read. */
    public static List<Provenance.Use> strategies(RunFolder folder) {
        try {
            return UsedStrategiesJson.read(Reading.JSON.readTree(folder.manifest().toFile()));
        } catch (IOException absentOrDamaged) {
            return List.of();
        }
    }

    /** The effective configuration of a run, empty if it is gone. */
    public static String config(RunFolder folder) {
        try {
            return Files.exists(folder.config()) ? Files.readString(folder.config()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void started(TrainingPlan started) {
        plan = started;
        start = clock.instant();
        writing(
                () -> {
                    if (plan.config().isPresent()) {
                        AtomicFile.writeText(folder.config(), plan.config().get().effectiveText());
                    }
                    manifest(plan, Optional.empty(), Optional.empty());
                    steps = from.map(checkpoint -> checkpoint.state().step()).orElse(0L);
                    if (from.isPresent()) {
                        dropLinesAfter(from.get());
                    }
                    setAside =
                            new SetAside(
                                    folder.setAside(),
                                    from.map(checkpoint -> checkpoint.state().step()).orElse(0L));
                    badBatches =
                            new BadBatches(
                                    folder.badBatches(),
                                    from.map(checkpoint -> checkpoint.state().step()).orElse(0L));
                    OutputStream out =
                            Files.newOutputStream(
                                    folder.metrics(),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.APPEND);
                    metrics =
                            new MetricsLog(
                                    out,
                                    Files.size(folder.metrics()),
                                    plan.network().tensors().stream().map(Tensor::name).toList(),
                                    plan.network().layers(),
                                    plan.guardNames(),
                                    plan.horizon(),
                                    MetricsLog.FULL_DETAIL_BYTES);
                });
    }

    @Override
    public void verdict(Verdict verdict) {
        try {
            metrics.verdict(verdict, steps, false);
        } catch (UncheckedIOException e) {
            throw named(e.getCause());
        }
    }

    @Override
    public void stepped(StepRecord record) {
        steps = record.step();
        try {
            metrics.step(record);
        } catch (UncheckedIOException e) {
            throw named(e.getCause());
        }
    }

    @Override
    public void notFinite(BadStep bad) {
        writing(
                () -> {
                    Optional<String> data =
                            bad.rows().isPresent() && keepsBadData()
                                    ? setAside.add(bad.step(), bad.rows().get())
                                    : Optional.empty();
                    badBatches.add(bad, plan.seed(), plan.network().parameters(), data);
                });
    }

    private boolean keepsBadData() {
        return plan.health().badBatch() == HealthConfig.BadBatch.DATA;
    }

    @Override
    public void setAside(StepRecord record, DataPart batch) {
        writing(
                () ->
                        metrics.setAside(
                                record.step(),
                                batch.rows(),
                                record.isFinite() || keepsBadData()
                                        ? setAside.add(record.step(), batch)
                                        : Optional.empty()));
    }

    @Override
    public void evaluated(Evaluation evaluation) {
        try {
            metrics.evaluation(evaluation);
        } catch (UncheckedIOException e) {
            throw named(e.getCause());
        }
    }

    /**
     * Keeps the lines up to a checkpoint; a line that a crash cut short is not among them. The old
     * file stays until the new one is whole.
     */
    private void dropLinesAfter(Checkpoint checkpoint) throws IOException {
        if (!Files.exists(folder.metrics())) {
            return;
        }
        AtomicFile.write(
                folder.metrics(),
                temporary -> {
                    try (Stream<String> lines = Files.lines(folder.metrics());
                            BufferedWriter kept = Files.newBufferedWriter(temporary)) {
                        for (String line : (Iterable<String>) lines::iterator) {
                            if (isWholeAndNotAfter(line, checkpoint.state().step())) {
                                kept.write(line);
                                kept.write('\n');
                            }
                        }
                    }
                });
    }

    private static boolean isWholeAndNotAfter(String line, long step) throws IOException {
        try {
            JsonNode record = Reading.JSON.readTree(line);
            // The end comes again.
            return record.path("step").asLong() <= step && !record.path("atEnd").asBoolean();
        } catch (JsonProcessingException cutShort) {
            return false;
        }
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {
        writing(() -> CheckpointFile.write(folder.checkpoints(), checkpoint));
    }

    @Override
    public void finished(TrainingResult result) {
        for (Verdict verdict : result.verdicts()) {
            metrics.verdict(verdict, result.ending().steps(), true);
        }
        metrics.close();
        metrics = null;
        writing(
                () -> {
                    String description =
                            ModelDescription.of(result.plan(), provenance.strategies()).toJson();
                    AtomicFile.write(
                            folder.model(),
                            temporary -> result.plan().network().save(temporary, description));
                    manifest(
                            result.plan(),
                            Optional.of(clock.instant()),
                            Optional.of(KebabCase.of(result.ending().reason())));
                    // Last: whoever sees a summary finds everything else.
                    AtomicFile.writeText(folder.summary(), SummaryJson.of(result));
                });
    }

    private void manifest(TrainingPlan plan, Optional<Instant> end, Optional<String> exitReason)
            throws IOException {
        AtomicFile.writeText(
                folder.manifest(), ManifestJson.of(plan, provenance, start, end, exitReason));
    }

    /** A full disk does not say by itself what could not be written. */
    private UncheckedIOException named(IOException failure) {
        return new UncheckedIOException(
                failure.getClass() == IOException.class
                        ? new IOException(
                                "cannot write " + folder.path() + ": " + failure.getMessage(),
                                failure)
                        : failure);
    }

    private void writing(Writing work) {
        try {
            work.run();
        } catch (IOException e) {
            throw named(e);
        }
    }

    /** Ends the metrics of a run that did not come to its end. */
    @Override
    public void close() {
        if (metrics != null) {
            metrics.close();
        }
    }

    /** Only those who go on with a run read; making this takes as long as a few steps. */
    private static final class Reading {
        static final ObjectMapper JSON = new ObjectMapper();
    }

    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }
}
