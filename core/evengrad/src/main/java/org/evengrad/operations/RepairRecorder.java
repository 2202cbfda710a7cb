package org.evengrad.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.RepairListener;
import org.evengrad.diagnosis.repair.Stage;
import org.evengrad.diagnosis.repair.Trial;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.run.RunFolder;
import org.evengrad.engine.run.RunRecorder;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.Verdict;

/** Keeps the run before and the run after as run folders, and passes on what it is told. */
final class RepairRecorder implements RepairListener {
    private final TreatmentFolder folder;
    private final StrategyRegistry registry;
    private final Clock clock;
    private final RepairListener next;

    RepairRecorder(
            TreatmentFolder folder, StrategyRegistry registry, Clock clock, RepairListener next) {
        this.folder = folder;
        this.registry = registry;
        this.clock = clock;
        this.next = next;
    }

    @Override
    public void noted(List<String> notes) {
        next.noted(notes);
    }

    @Override
    public void diagnosed(List<Verdict> verdicts) {
        next.diagnosed(verdicts);
    }

    @Override
    public void began(Stage stage, List<Patch> patches) {
        next.began(stage, patches);
    }

    @Override
    public void ended(Trial trial) {
        next.ended(trial);
    }

    @Override
    public void progressed(double done, double secondsLeft) {
        next.progressed(done, secondsLeft);
    }

    @Override
    public List<TrainingListener> result(Patch patch, TrainingPlan plan) {
        RunFolder run = patch.isEmpty() ? folder.control() : folder.repaired();
        LoadedConfig config =
                plan.config().orElseThrow(() -> new IllegalStateException("a plan without a file"));
        List<TrainingListener> listeners = new ArrayList<>();
        listeners.add(
                new RunRecorder(
                        emptied(run),
                        registry.provenance(config.config(), plan.strategies()),
                        clock));
        listeners.addAll(next.result(patch, plan));
        return listeners;
    }

    /** The patch that is tried next has the place of the one that did not hold at full length. */
    private static RunFolder emptied(RunFolder run) {
        try {
            if (Files.isDirectory(run.path())) {
                try (var entries = Files.walk(run.path())) {
                    for (var entry : entries.sorted(java.util.Comparator.reverseOrder()).toList()) {
                        Files.delete(entry);
                    }
                }
            }
            Files.createDirectories(run.path());
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
