package org.evengrad.engine.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.evengrad.config.HealthConfig.OnVerdict;
import org.evengrad.config.HealthConfig.Waiver;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.ModelConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.ModelConfig.OverrideConfig;
import org.evengrad.config.RunConfig;
import org.evengrad.config.TrainingConfig;
import org.evengrad.config.TrainingConfig.TimeReduction;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.data.DataLoader;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.network.BringRequest;
import org.evengrad.engine.network.BringRequest.Format;
import org.evengrad.engine.network.BringRequest.Replacements;
import org.evengrad.engine.network.BroughtModel;
import org.evengrad.engine.network.FirstWeights;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkBuilder;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.step.Penalties;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Tensor;

/** Decides everything that a configuration leaves to the data, and loads and builds it. */
public final class Planner {
    private static final String LOSSES =
            Stream.of(Loss.values()).map(KebabCase::of).collect(Collectors.joining(", "));

    private final StrategyRegistry registry;
    private final NetworkBuilder builder;

    /**
     * A planner.
     *
     * @param registry knows the strategies by name
     * @param builder makes the network
     */
    public Planner(StrategyRegistry registry, NetworkBuilder builder) {
        this.registry = registry;
        this.builder = builder;
    }

    /**
     * Loads the data, builds the network and fills it, or takes the one that the configuration
     * brings.
     *
     * @param loaded the configuration
     * @return a plan that the caller closes
     * @throws InvalidInputException if the data cannot be read or does not fit the model
     */
    public TrainingPlan plan(LoadedConfig loaded) {
        return plan(loaded, load(loaded));
    }

    /**
     * Loads the data that a configuration names, and splits it with the configuration's seed.
     *
     * @throws InvalidInputException if it cannot be read, or there are too few rows
     */
    public SplitData load(LoadedConfig loaded) {
        return DataLoader.load(loaded.config().data(), loaded.config().seed());
    }

    /**
     * The same as {@link #plan(LoadedConfig)} on data that is loaded already, so that runs with
     * different seeds can have the same rows in the same parts.
     *
     * @param loaded the configuration
     * @param data of the same section {@code data}
     * @return a plan that the caller closes
     * @throws InvalidInputException if the data does not fit the model
     */
    public TrainingPlan plan(LoadedConfig loaded, SplitData data) {
        RunConfig config = loaded.config();
        TrainingConfig training = config.training();
        int threads = training.threads().orElseGet(builder::cores);
        BatchOrder order =
                new BatchOrder(
                        config.seed(),
                        data.train().size(),
                        config.data().batchSize(),
                        config.data().shuffle());
        Trained trained =
                config.model().brings()
                        ? brought(loaded, data, order, threads)
                        : built(config, data, order, threads);
        try {
            Network network = trained.network();
            checkWaivers(config.health().ignore(), network.layers());
            WatchedMetric.check(training, data.dataset().task(), trained.loss(), network.outputs());
            TrainingData batches = TrainingData.of(network, data, order);
            int perEpoch = batches.toTrain().perEpoch();
            long steps =
                    training.steps()
                            .orElseGet(
                                    () ->
                                            Math.multiplyExact(
                                                    (long) training.epochs().orElseThrow(),
                                                    perEpoch));
            return new TrainingPlan(
                    config.name(),
                    config.seed(),
                    threads,
                    Optional.of(loaded),
                    batches,
                    network,
                    trained.loss(),
                    trained.penalties(),
                    config.health().onVerdict() == OnVerdict.GUARD
                            ? trained.strategies().withStandby(registry)
                            : trained.strategies(),
                    new Horizon(steps, perEpoch),
                    training,
                    config.health(),
                    trained.firstWeights(),
                    trained.notes());
        } catch (RuntimeException e) {
            trained.network().close();
            throw e;
        }
    }

    private static void checkOverride(OverrideConfig override, List<String> layers) {
        List<Problem> problems = new ArrayList<>();
        for (String name : override.layers()) {
            if (layers.stream().noneMatch(each -> covers(name, each))) {
                problems.add(unknownLayer("model.override.layers", name, layers));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
    }

    /** Whether a name is that of a layer, or of a block around it. */
    private static boolean covers(String name, String layer) {
        return layer.equals(name) || layer.startsWith(name + "/");
    }

    private static Problem unknownLayer(String key, String layer, List<String> layers) {
        return Problem.ofKey(
                key,
                "the network has no layer '"
                        + layer
                        + "'."
                        + Suggestion.sentence(layer, layers)
                        + " Layers: "
                        + String.join(", ", layers));
    }

    private static void checkWaivers(List<Waiver> waivers, List<String> layers) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < waivers.size(); i++) {
            for (String layer : waivers.get(i).layers()) {
                if (!layers.contains(layer)) {
                    problems.add(unknownLayer("health.ignore." + i + ".layers", layer, layers));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
    }

    /** A network that is ready, and how to train it. */
    private record Trained(
            Network network,
            Loss loss,
            Penalties penalties,
            TrainingStrategies strategies,
            Optional<FirstWeights> firstWeights,
            List<String> notes) {}

    private Trained built(RunConfig config, SplitData data, BatchOrder order, int threads) {
        Dataset dataset = data.dataset();
        LayerExpansion layers =
                new LayerExpansion(
                        config.model(),
                        config.activation(),
                        this::tanh,
                        new LayerExpansion.Examples(
                                dataset.featureShape(),
                                dataset.symbols(),
                                dataset.targetSteps() > 1));
        List<LayerPlan> hidden = layers.layers();
        NetworkPlan plan =
                new NetworkPlan(
                        layers.inputShape(),
                        hidden,
                        new OutputLayer(config.model(), data.train())
                                .derive(config.training().classWeights()),
                        recurrence(config, dataset, hidden));
        Network network = builder.build(plan, threads);
        try {
            checkOverride(config.model().override(), network.layers());
            FirstWeights firstWeights = firstWeights(config, layers, network, data, order);
            firstWeights.draw(config.seed());
            TrainingStrategies strategies =
                    TrainingStrategies.of(
                            registry,
                            config.optimizer().orElseThrow(),
                            config.scheduler().orElseThrow(),
                            config.guards().orElseThrow());
            return new Trained(
                    network,
                    plan.output().loss(),
                    penalties(config.model(), layers, network),
                    strategies,
                    Optional.of(firstWeights),
                    List.of());
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private Trained brought(LoadedConfig loaded, SplitData data, BatchOrder order, int threads) {
        RunConfig config = loaded.config();
        ModelConfig model = config.model();
        model.loss().ifPresent(loss -> OutputLayer.checkActivation(loss, model));
        Path file = model.dl4j().or(model::keras).orElseThrow();
        BroughtModel brought =
                builder.bring(
                        new BringRequest(
                                file,
                                model.dl4j().isPresent() ? Format.DL4J : Format.KERAS,
                                model.loss(),
                                data.dataset().featureShape(),
                                data.dataset().symbols(),
                                config.training().truncate(),
                                !config.training()
                                        .timeReduction()
                                        .equals(Optional.of(TimeReduction.MEAN)),
                                new Replacements(
                                        model.override().activation(),
                                        model.override().layers(),
                                        model.output().activation(),
                                        model.output().matchLoss())),
                        threads);
        try {
            Loss loss =
                    brought.loss()
                            .orElseThrow(
                                    () ->
                                            problem(
                                                    "model.loss",
                                                    "missing; the model has a loss that Evengrad"
                                                            + " does not know ("
                                                            + brought.settings().summary()
                                                            + "); give one: "
                                                            + LOSSES));
            TrainingStrategies strategies =
                    new BroughtStrategies(registry, brought.settings(), file)
                            .unless(config.optimizer(), config.scheduler(), config.guards());
            Penalties penalties = BroughtStrategies.penalties(brought.settings().tensors());
            checkOverride(model.override(), brought.network().layers());
            List<String> notes = new ArrayList<>(brought.settings().told());
            Optional<FirstWeights> firstWeights = brought.firstWeights();
            if (model.override().initializer().isPresent()) {
                Redrawn redrawn =
                        new Redrawn(brought.network(), model.override(), config.biasInitializer());
                Batches batches = DatasetBatches.asTrained(brought.network(), data.train(), order);
                FirstWeights some =
                        new Initialization(brought.network(), redrawn::initializer, batches);
                some.draw(config.seed());
                firstWeights = Optional.of(some);
                notes.add(redrawn.note(registry));
            }
            return new Trained(brought.network(), loss, penalties, strategies, firstWeights, notes);
        } catch (RuntimeException e) {
            brought.network().close();
            throw e;
        }
    }

    /** What recurrent layers end in. */
    private Activation tanh() {
        return (Activation) registry.require(Kind.ACTIVATION, "tanh").defaults();
    }

    private static NetworkPlan.Recurrence recurrence(
            RunConfig config, Dataset data, List<LayerPlan> layers) {
        int truncate = config.training().truncate().orElse(0);
        if (truncate > 0 && data.targetSteps() == 1) {
            throw problem(
                    "training.truncate",
                    "gradients can end within a sequence only if each time step has a target");
        }
        if (truncate > 0 && layers.stream().anyMatch(Planner::walksBack)) {
            throw problem(
                    "training.truncate",
                    "gradients cannot end within a sequence that a bidirectional layer walks back");
        }
        boolean sum = config.training().timeReduction().equals(Optional.of(TimeReduction.SUM));
        return new NetworkPlan.Recurrence(truncate, sum);
    }

    private static boolean walksBack(LayerPlan layer) {
        return layer instanceof LayerPlan.Recurrent recurrent && recurrent.bidirectional()
                || layer instanceof LayerPlan.Residual residual
                        && residual.body().stream().anyMatch(Planner::walksBack)
                || layer instanceof LayerPlan.DenseBlock block
                        && block.branches().stream()
                                .flatMap(List::stream)
                                .anyMatch(Planner::walksBack);
    }

    private static InvalidInputException problem(String key, String message) {
        return new InvalidInputException(Problem.ofKey(key, message));
    }

    private static FirstWeights firstWeights(
            RunConfig config,
            LayerExpansion layers,
            Network network,
            SplitData data,
            BatchOrder order) {
        OverrideConfig override = config.model().override();
        List<Initializer> weights = new ArrayList<>();
        for (String layer : network.layers()) {
            weights.add(
                    override.initializer()
                            .filter(each -> override.covers(layer))
                            .or(() -> layers.settings(layer).initializer())
                            .orElse(config.initializer()));
        }
        Batches batches = DatasetBatches.asTrained(network, data.train(), order);
        return new Initialization(
                network,
                tensor ->
                        switch (tensor.role()) {
                            case BIAS -> config.biasInitializer();
                            // A scale of 1 and a shift of 0.
                            case NORM -> Optional.empty();
                            default -> Optional.of(weights.get(tensor.layer()));
                        },
                batches);
    }

    private static Penalties penalties(ModelConfig model, LayerExpansion layers, Network network) {
        Penalties penalties = Penalties.none(network.tensors().size());
        for (Tensor tensor : network.tensors()) {
            if (tensor.role().decays()) {
                LayerExpansion.Settings settings =
                        layers.settings(network.layers().get(tensor.layer()));
                penalties.l1()[tensor.index()] = settings.l1().orElse(model.l1()).floatValue();
                penalties.l2()[tensor.index()] = settings.l2().orElse(model.l2()).floatValue();
            }
        }
        return penalties;
    }
}
