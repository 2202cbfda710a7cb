package org.evengrad.operations;

import org.evengrad.config.ConfigLoader;
import org.evengrad.config.LoadedConfig;
import org.evengrad.diagnosis.LearningRateRange;
import org.evengrad.diagnosis.RangeResult;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;

/** Suggests a learning rate for a configuration. Writes nothing. */
public final class FindLearningRate {
    private final ConfigLoader configs;
    private final Planner planner;

    /**
     * The operation.
     *
     * @param configs reads configurations
     * @param planner loads data and builds networks
     */
    public FindLearningRate(ConfigLoader configs, Planner planner) {
        this.configs = configs;
        this.planner = planner;
    }

    /**
     * Finds one.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the configuration or the data
     *     cannot be used
     */
    public RangeResult run(FindLearningRateRequest request) {
        LoadedConfig config = configs.load(request.config(), request.overrides());
        try (TrainingPlan plan = planner.plan(config)) {
            return new LearningRateRange(plan, request.options(), request.listener()).run();
        }
    }
}
