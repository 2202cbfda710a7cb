package org.evengrad.engine.plan;

import java.util.List;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;

/**
 * What moves the parameters, and what watches over it.
 *
 * @param optimizer moves the parameters
 * @param optimizerText the same as a configuration writes it
 * @param scheduler changes the rate
 * @param guards in order
 * @param guardNames their names, in the same order
 */
public record TrainingStrategies(
        Optimizer optimizer,
        String optimizerText,
        Scheduler scheduler,
        List<GradientGuard> guards,
        List<String> guardNames) {
    /** Keeps copies of the lists. */
    public TrainingStrategies {
        guards = List.copyOf(guards);
        guardNames = List.copyOf(guardNames);
    }

    /**
     * Strategies with the names that a registry has for them.
     *
     * @throws IllegalArgumentException if it does not know one
     */
    public static TrainingStrategies of(
            StrategyRegistry registry,
            Optimizer optimizer,
            Scheduler scheduler,
            List<GradientGuard> guards) {
        return new TrainingStrategies(
                optimizer,
                new StrategyWriter(registry).write(optimizer),
                scheduler,
                guards,
                guards.stream().map(guard -> registry.typeOf(guard).name()).toList());
    }
}
