package org.evengrad.operations;

import org.evengrad.config.ConfigLoader;
import org.evengrad.config.LoadedConfig;
import org.evengrad.diagnosis.CheckResult;
import org.evengrad.diagnosis.Checkup;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;

/** Looks at a configuration's network before it is trained. Writes nothing. */
public final class Check {
    private final ConfigLoader configs;
    private final Planner planner;

    /**
     * The operation.
     *
     * @param configs reads configurations
     * @param planner loads data and builds networks
     */
    public Check(ConfigLoader configs, Planner planner) {
        this.configs = configs;
        this.planner = planner;
    }

    /**
     * Checks.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the configuration or the data
     *     cannot be used
     */
    public CheckResult run(CheckRequest request) {
        LoadedConfig config = configs.load(request.config(), request.overrides());
        try (TrainingPlan plan = planner.plan(config)) {
            return (request.seeds().isPresent()
                            ? new Checkup(
                                    plan, request.seeds().getAsInt(), request.seeds().getAsInt())
                            : new Checkup(plan))
                    .run();
        }
    }
}
