package org.evengrad.engine.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.network.BroughtModel.OfTensor;
import org.evengrad.engine.network.BroughtModel.Settings;
import org.evengrad.engine.step.Penalties;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;

/** The strategies that a model which was brought along asks for. */
public final class BroughtStrategies {
    private static final String OPTIMIZER = "adam";
    private static final String SCHEDULER = "constant";
    private static final String GUARD = "nonfinite";

    private final StrategyRegistry registry;
    private final StrategyReader reader;
    private final Settings settings;
    private final Path file;

    /**
     * Those of a model.
     *
     * @param settings what it says
     * @param file where it says so
     */
    public BroughtStrategies(StrategyRegistry registry, Settings settings, Path file) {
        this.registry = registry;
        reader = new StrategyReader(registry);
        this.settings = settings;
        this.file = file;
    }

    /**
     * The given strategies, and for those that are not given the model's own. Its own guards stand
     * behind one that skips what is not finite.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if one is not installed
     */
    public TrainingStrategies unless(
            Optional<Optimizer> optimizer,
            Optional<Scheduler> scheduler,
            Optional<List<GradientGuard>> guards) {
        return TrainingStrategies.of(
                registry,
                optimizer.orElseGet(
                        () -> (Optimizer) own(Kind.OPTIMIZER, settings.optimizer(), OPTIMIZER)),
                scheduler.orElseGet(
                        () -> (Scheduler) own(Kind.SCHEDULER, settings.scheduler(), SCHEDULER)),
                guards.orElseGet(this::ownGuards));
    }

    private Object own(Kind kind, Optional<String> text, String otherwise) {
        return text.isPresent()
                ? reader.read(kind, text.get(), file)
                : registry.require(kind, otherwise).defaults();
    }

    private List<GradientGuard> ownGuards() {
        List<GradientGuard> own = new ArrayList<>();
        own.add((GradientGuard) registry.require(Kind.GUARD, GUARD).defaults());
        for (String guard : settings.guards()) {
            own.add((GradientGuard) reader.read(Kind.GUARD, guard, file));
        }
        return own;
    }

    /** What the model says about its tensors, in their order. */
    public static Penalties penalties(List<OfTensor> tensors) {
        int size = tensors.size();
        float[] l1 = new float[size];
        float[] l2 = new float[size];
        double[] rateFactors = new double[size];
        double[] decay = new double[size];
        boolean[] decayFollowsRate = new boolean[size];
        for (int i = 0; i < size; i++) {
            OfTensor tensor = tensors.get(i);
            l1[i] = (float) tensor.l1();
            l2[i] = (float) tensor.l2();
            rateFactors[i] = tensor.rateFactor();
            decay[i] = tensor.decay();
            decayFollowsRate[i] = tensor.decayFollowsRate();
        }
        boolean decays = tensors.stream().anyMatch(tensor -> tensor.decay() != 0);
        return new Penalties(l1, l2, rateFactors, decays ? decay : null, decayFollowsRate);
    }
}
