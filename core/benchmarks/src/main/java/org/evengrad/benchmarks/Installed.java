package org.evengrad.benchmarks;

import java.util.List;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Step;

/** The strategies on the class path, so that a new plugin is measured without a change here. */
final class Installed {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(Installed.class.getClassLoader(), List.of(), List.of());

    private Installed() {}

    /** An optimizer with its defaults. */
    static Optimizer optimizer(String name) {
        return (Optimizer) REGISTRY.require(Kind.OPTIMIZER, name).defaults();
    }

    /** An activation with its defaults. */
    static Activation activation(String name) {
        return (Activation) REGISTRY.require(Kind.ACTIVATION, name).defaults();
    }

    /** The names of the optimizers that update each parameter by itself, in one pass. */
    static List<String> elementwiseOptimizers() {
        return names(Kind.OPTIMIZER).stream()
                .filter(name -> isElementwise(optimizer(name)))
                .toList();
    }

    /** The names of the other optimizers. */
    static List<String> otherOptimizers() {
        return names(Kind.OPTIMIZER).stream()
                .filter(name -> !isElementwise(optimizer(name)))
                .toList();
    }

    /** The names of the activations. */
    static List<String> activations() {
        return names(Kind.ACTIVATION);
    }

    private static List<String> names(Kind kind) {
        return REGISTRY.all(kind).stream().map(StrategyType::name).toList();
    }

    /** Whether it takes the default step and needs to see no more than single parameters. */
    static boolean isElementwise(Optimizer optimizer) {
        try {
            return optimizer.getClass().getMethod("step", Step.class).getDeclaringClass()
                            == Optimizer.class
                    && optimizer.grain() == Grain.ELEMENTS;
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
