package org.evengrad.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.LayerConfig;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.ModelConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.RunConfig;
import org.evengrad.config.TrainingConfig;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.data.BatchFiller;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.data.DataLoader;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkBuilder;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.step.Penalties;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/** Decides everything that a configuration leaves to the data, and loads and builds it. */
public final class Planner {
    private static final String OUTPUT = "output";
    private static final int PROBE_BATCHES = 4;

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
     * Loads the data, builds the network and fills it.
     *
     * @param loaded the configuration
     * @return a plan that the caller closes
     * @throws InvalidInputException if the data cannot be read or does not fit the model
     */
    public TrainingPlan plan(LoadedConfig loaded) {
        RunConfig config = loaded.config();
        SplitData data = DataLoader.load(config.data(), config.seed());
        List<LayerConfig.Dense> layers = expand(config.model().layers());
        NetworkPlan networkPlan = networkPlan(config, layers, data.dataset());
        TrainingConfig training = config.training();
        int threads = training.threads().orElse(Runtime.getRuntime().availableProcessors());
        BatchOrder order =
                new BatchOrder(
                        config.seed(),
                        data.train().size(),
                        config.data().batchSize(),
                        config.data().shuffle());
        long steps =
                training.steps()
                        .orElseGet(
                                () ->
                                        Math.multiplyExact(
                                                (long) training.epochs().orElseThrow(),
                                                order.batchesPerEpoch()));
        Network network = builder.build(networkPlan, threads);
        try {
            initialize(config, layers, network, data);
            return new TrainingPlan(
                    config.name(),
                    config.seed(),
                    threads,
                    Optional.of(loaded),
                    data,
                    config.data().batchSize(),
                    config.data().shuffle(),
                    network,
                    networkPlan.output().loss(),
                    penalties(config.model(), layers, network.tensors()),
                    config.optimizer(),
                    config.scheduler(),
                    config.guards(),
                    config.guards().stream().map(g -> registry.typeOf(g).name()).toList(),
                    new Horizon(steps, order.batchesPerEpoch()),
                    training);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private static List<LayerConfig.Dense> expand(List<LayerConfig> layers) {
        List<LayerConfig.Dense> expanded = new ArrayList<>();
        for (LayerConfig layer : layers) {
            if (layer instanceof LayerConfig.Dense dense) {
                for (int i = 0; i < dense.repeat(); i++) {
                    expanded.add(dense);
                }
            }
        }
        return expanded;
    }

    private static NetworkPlan networkPlan(
            RunConfig config, List<LayerConfig.Dense> layers, Dataset data) {
        ModelConfig model = config.model();
        Optional<Activation> override = model.override().activation();
        int depth = layers.size() + 1;
        List<NetworkPlan.Hidden> hidden = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            LayerConfig.Dense layer = layers.get(i);
            Activation activation = override.orElse(layer.activation().orElse(config.activation()));
            hidden.add(
                    new NetworkPlan.Hidden(
                            "dense-" + (i + 1), layer.units(), activation.tuned(depth)));
        }
        return new NetworkPlan(data.featureCount(), hidden, output(model, data));
    }

    private static NetworkPlan.Output output(ModelConfig model, Dataset data) {
        boolean classification = data.task() == Task.CLASSIFICATION;
        Loss loss = model.loss().orElse(classification ? Loss.CROSS_ENTROPY : Loss.MSE);
        int classes = data.classes().size();
        if (loss != Loss.MSE && !classification) {
            throw problem(
                    "model.loss",
                    "the targets are numbers, so the loss is mse; cross-entropy and"
                            + " binary-cross-entropy need classes");
        }
        if (loss == Loss.BINARY_CROSS_ENTROPY && classes > 2) {
            throw problem(
                    "model.loss",
                    "binary-cross-entropy tells two classes apart, the data has "
                            + classes
                            + "; use cross-entropy");
        }
        if (loss != Loss.MSE && model.output().activation().isPresent()) {
            throw problem(
                    "model.output.activation",
                    "cross-entropy brings softmax and binary-cross-entropy sigmoid; only mse takes"
                            + " an activation");
        }
        int needed =
                switch (loss) {
                    case BINARY_CROSS_ENTROPY -> 1;
                    case CROSS_ENTROPY -> Math.max(2, classes);
                    case MSE -> classification ? classes : data.targetWidth();
                };
        int units = model.output().units().orElse(needed);
        boolean spareUnits = loss == Loss.CROSS_ENTROPY && units > needed;
        if (units != needed && !spareUnits) {
            throw problem(
                    "model.output.units", units + " does not fit the data, which needs " + needed);
        }
        return new NetworkPlan.Output(
                OUTPUT, units, loss, model.output().activation(), model.output().bias());
    }

    private static InvalidInputException problem(String key, String message) {
        return new InvalidInputException(Problem.ofKey(key, message));
    }

    private static void initialize(
            RunConfig config, List<LayerConfig.Dense> layers, Network network, SplitData data) {
        Optional<Initializer> override = config.model().override().initializer();
        List<Initializer> weights = new ArrayList<>();
        for (LayerConfig.Dense layer : layers) {
            weights.add(override.orElse(layer.initializer().orElse(config.initializer())));
        }
        weights.add(override.orElse(config.initializer()));
        new Initialization(network, config.seed())
                .run(weights, config.biasInitializer(), probeBatches(config, network, data));
    }

    private static Initialization.ProbeBatches probeBatches(
            RunConfig config, Network network, SplitData data) {
        int rows = data.train().size();
        int size = Math.min(config.data().batchSize(), rows);
        int[] order = new int[rows];
        new BatchOrder(config.seed(), rows, size, config.data().shuffle()).fill(0, order);
        BatchFiller filler = new BatchFiller(data.train(), network.outputs());
        return new Initialization.ProbeBatches() {
            @Override
            public int count() {
                return Math.min(PROBE_BATCHES, rows / size);
            }

            @Override
            public Network.Batch get(int index) {
                Network.Batch batch = network.batch(size);
                filler.copyFeatures(order, index * size, size, batch.features().rewind());
                filler.copyTargets(order, index * size, size, batch.targets().rewind());
                return batch;
            }
        };
    }

    private static Penalties penalties(
            ModelConfig model, List<LayerConfig.Dense> layers, List<Tensor> tensors) {
        Penalties penalties = Penalties.none(tensors.size());
        for (Tensor tensor : tensors) {
            if (tensor.role() != Role.BIAS) {
                boolean hidden = tensor.layer() < layers.size();
                double l1 =
                        hidden ? layers.get(tensor.layer()).l1().orElse(model.l1()) : model.l1();
                double l2 =
                        hidden ? layers.get(tensor.layer()).l2().orElse(model.l2()) : model.l2();
                penalties.l1()[tensor.index()] = (float) l1;
                penalties.l2()[tensor.index()] = (float) l2;
            }
        }
        return penalties;
    }
}
