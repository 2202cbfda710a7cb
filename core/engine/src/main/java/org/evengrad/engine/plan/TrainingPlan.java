package org.evengrad.engine.plan;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.TrainingConfig;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.step.Penalties;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;

/**
 * Everything that a training run needs, decided and loaded. Owns the network.
 *
 * @param name of the run
 * @param seed that everything random is drawn from
 * @param threads cores to use
 * @param config where the plan came from, if from a file
 * @param data loaded, split and normalized
 * @param batchSize examples in a step
 * @param shuffle whether each epoch has another order
 * @param network with its first weights
 * @param loss what is minimized
 * @param penalties per tensor
 * @param optimizer moves the parameters
 * @param scheduler changes the rate
 * @param guards in order
 * @param guardNames their names, in the same order
 * @param horizon how long training is planned to last
 * @param training when to stop and what to keep
 */
public record TrainingPlan(
        String name,
        long seed,
        int threads,
        Optional<LoadedConfig> config,
        SplitData data,
        int batchSize,
        boolean shuffle,
        Network network,
        Loss loss,
        Penalties penalties,
        Optimizer optimizer,
        Scheduler scheduler,
        List<GradientGuard> guards,
        List<String> guardNames,
        Horizon horizon,
        TrainingConfig training)
        implements AutoCloseable {
    /** Keeps copies of the lists. */
    public TrainingPlan {
        guards = List.copyOf(guards);
        guardNames = List.copyOf(guardNames);
    }

    @Override
    public void close() {
        network.close();
    }
}
