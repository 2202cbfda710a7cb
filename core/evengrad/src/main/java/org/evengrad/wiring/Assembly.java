package org.evengrad.wiring;

import java.time.Clock;
import org.evengrad.comparison.Compare;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.network.NetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.operations.Check;
import org.evengrad.operations.Evaluate;
import org.evengrad.operations.Export;
import org.evengrad.operations.FindLearningRate;
import org.evengrad.operations.Replay;
import org.evengrad.operations.Train;
import org.evengrad.operations.Treat;

/**
 * Evengrad, put together by hand: for those who do not want to see Guice, which takes longer to
 * start than all that it would put together.
 */
public final class Assembly {
    private final StrategyRegistry registry;
    private final ConfigLoader configs;
    private final NetworkBuilder builder;
    private final Planner planner;

    /**
     * Puts it together.
     *
     * @param registry what is installed
     */
    public Assembly(StrategyRegistry registry) {
        this.registry = registry;
        configs = new ConfigLoader(registry);
        builder = new Dl4jNetworkBuilder(registry);
        planner = new Planner(registry, builder);
    }

    /** What is installed. */
    public StrategyRegistry registry() {
        return registry;
    }

    /** Reads configurations. */
    public ConfigLoader configs() {
        return configs;
    }

    /** Builds networks. */
    public NetworkBuilder builder() {
        return builder;
    }

    /** Loads data and plans runs. */
    public Planner planner() {
        return planner;
    }

    /** The operation that trains. */
    public Train train() {
        return new Train(registry, configs, planner, Clock.systemUTC());
    }

    /** The operation that looks at a network before it is trained. */
    public Check check() {
        return new Check(configs, planner);
    }

    /** The operation that compares configurations. */
    public Compare compare() {
        return new Compare(configs, train());
    }

    /** The operation that suggests a learning rate. */
    public FindLearningRate findLearningRate() {
        return new FindLearningRate(configs, planner);
    }

    /** The operation that finds a repair and proves it. */
    public Treat treat() {
        return new Treat(registry, configs, planner, Clock.systemUTC());
    }

    /** The operation that computes a bad step once more. */
    public Replay replay() {
        return new Replay(configs, planner);
    }

    /** The operation that evaluates. */
    public Evaluate evaluate() {
        return new Evaluate(configs, builder);
    }

    /** The operation that exports. */
    public Export export() {
        return new Export(registry, configs);
    }
}
