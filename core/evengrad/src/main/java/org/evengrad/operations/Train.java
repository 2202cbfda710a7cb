package org.evengrad.operations;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.diagnosis.HealthWatch;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.run.RunFolder;
import org.evengrad.engine.run.RunRecorder;
import org.evengrad.engine.train.Checkpoint;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.report.HtmlReport;

/** Trains a configuration: config, plan, trainer, run folder, report. */
public final class Train {
    private final StrategyRegistry registry;
    private final ConfigLoader configs;
    private final Planner planner;
    private final Clock clock;

    /**
     * The operation.
     *
     * @param registry what is installed
     * @param configs reads configurations
     * @param planner loads data and builds networks
     * @param clock tells when runs start and end
     */
    public Train(StrategyRegistry registry, ConfigLoader configs, Planner planner, Clock clock) {
        this.registry = registry;
        this.configs = configs;
        this.planner = planner;
        this.clock = clock;
    }

    /**
     * Trains.
     *
     * @throws InvalidInputException if the configuration, the data or the run folder cannot be
     *     used; nothing has then been written
     * @throws java.io.UncheckedIOException if the run folder cannot be written any more
     */
    public TrainedRun run(TrainRequest request) {
        if (request.resume()) {
            return resume(request);
        }
        LoadedConfig config = configs.load(request.config(), request.overrides());
        try (TrainingPlan plan = planner.plan(config)) {
            RunFolder folder =
                    request.runFolder()
                            .map(RunFolder::at)
                            .orElseGet(() -> RunFolder.next(request.runs(), plan.name()));
            RunRecorder recorder = new RunRecorder(folder, provenance(config, plan), clock);
            return run(plan, folder, recorder, request, Optional.empty());
        }
    }

    private TrainedRun resume(TrainRequest request) {
        RunFolder folder =
                request.runFolder()
                        .map(path -> new RunFolder(path.toAbsolutePath().normalize()))
                        .orElseGet(() -> RunFolder.unfinished(request.runs(), name(request)));
        LoadedConfig config =
                configs.remembering(RunRecorder.strategies(folder))
                        .load(request.config(), request.overrides());
        Checkpoint checkpoint = RunRecorder.checkpoint(folder);
        String before = RunRecorder.config(folder);
        if (!before.equals(config.effectiveText())) {
            throw new InvalidInputException(
                    Problem.inFile(
                            request.config(),
                            "is not the configuration of the run in "
                                    + folder.path()
                                    + "; resume with "
                                    + folder.config()
                                    + ", or start a new run"));
        }
        try (TrainingPlan plan = planner.plan(config)) {
            RunRecorder recorder =
                    RunRecorder.resuming(folder, provenance(config, plan), clock, checkpoint);
            return run(plan, folder, recorder, request, Optional.of(checkpoint));
        }
    }

    private static TrainedRun run(
            TrainingPlan plan,
            RunFolder folder,
            RunRecorder recorder,
            TrainRequest request,
            Optional<Checkpoint> from) {
        List<TrainingListener> listeners = new ArrayList<>();
        listeners.add(recorder);
        listeners.addAll(request.listeners());
        TrainingResult result;
        try (recorder) {
            result =
                    new Trainer(plan, List.of(new HealthWatch()), listeners, request.stop(), from)
                            .train(request.asked());
        }
        HtmlReport.write(folder.path());
        return new TrainedRun(result, folder);
    }

    /** The run's name, whatever else in the configuration cannot be used. */
    private String name(TrainRequest request) {
        return configs.loadData(request.config(), request.overrides()).name();
    }

    /** Of what the configuration names, and of what a model asks for that was brought along. */
    private Provenance provenance(LoadedConfig config, TrainingPlan plan) {
        return registry.provenance(config.config(), plan.strategies());
    }
}
