package org.evengrad.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.engine.step.StandbyGuard;
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
    /** The guards that wait for a verdict, in the order in which they join the chain. */
    private static final List<String> STANDBY = List.of("nonfinite", "clip-global-norm");

    /** Keeps copies of the lists. */
    public TrainingStrategies {
        guards = List.copyOf(guards);
        guardNames = List.copyOf(guardNames);
    }

    /**
     * The same with guards at the end of the chain that wait until a verdict asks for them: those
     * against steps that explode, as far as they are installed and do not guard anyway.
     */
    public TrainingStrategies withStandby(StrategyRegistry registry) {
        List<GradientGuard> all = new ArrayList<>(guards);
        List<String> names = new ArrayList<>(guardNames);
        for (String name : STANDBY) {
            Optional<StrategyType> installed = registry.find(Kind.GUARD, name);
            if (installed.isPresent() && !names.contains(name)) {
                all.add(new StandbyGuard((GradientGuard) installed.get().defaults()));
                names.add(name);
            }
        }
        return new TrainingStrategies(optimizer, optimizerText, scheduler, all, names);
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
