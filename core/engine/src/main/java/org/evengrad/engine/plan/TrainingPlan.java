package org.evengrad.engine.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.evengrad.config.HealthConfig;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.TrainingConfig;
import org.evengrad.engine.network.FirstWeights;
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
 * @param data what it learns from and is judged by
 * @param network with its first weights
 * @param loss what is minimized
 * @param penalties per tensor
 * @param strategies what moves the parameters, and what watches over it
 * @param horizon how long training is planned to last
 * @param training when to stop and what to keep
 * @param health how the run is watched
 * @param firstWeights draws first weights anew; empty if they came with the model
 * @param notes what people should know before the first step; one sentence each
 */
public record TrainingPlan(
        String name,
        long seed,
        int threads,
        Optional<LoadedConfig> config,
        TrainingData data,
        Network network,
        Loss loss,
        Penalties penalties,
        TrainingStrategies strategies,
        Horizon horizon,
        TrainingConfig training,
        HealthConfig health,
        Optional<FirstWeights> firstWeights,
        List<String> notes)
        implements AutoCloseable {
    /** Adds to the notes what the network says of itself. */
    public TrainingPlan {
        notes = Stream.concat(notes.stream(), slowness(network)).toList();
    }

    /** The same with other data, and with no notes but those of the network. */
    public TrainingPlan with(TrainingData other) {
        return new TrainingPlan(
                name,
                seed,
                threads,
                config,
                other,
                network,
                loss,
                penalties,
                strategies,
                horizon,
                training,
                health,
                firstWeights,
                List.of());
    }

    /** What moves the parameters. */
    public Optimizer optimizer() {
        return strategies.optimizer();
    }

    /** What changes the rate. */
    public Scheduler scheduler() {
        return strategies.scheduler();
    }

    /** What inspects gradients, in order. */
    public List<GradientGuard> guards() {
        return strategies.guards();
    }

    /** The guards' names, in the same order. */
    public List<String> guardNames() {
        return strategies.guardNames();
    }

    @Override
    public void close() {
        network.close();
    }

    private static Stream<String> slowness(Network network) {
        return network.fallbacks().stream()
                .map(
                        layer ->
                                "DL4J's own layers compute this model, several times as slow as"
                                        + " fast ones: none covers "
                                        + layer);
    }
}
