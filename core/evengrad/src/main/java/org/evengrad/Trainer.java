package org.evengrad;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.config.HealthConfig;
import org.evengrad.config.TrainingConfig;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.CheckResult;
import org.evengrad.diagnosis.Checkup;
import org.evengrad.diagnosis.HealthWatch;
import org.evengrad.diagnosis.LearningRateRange;
import org.evengrad.diagnosis.RangeOptions;
import org.evengrad.diagnosis.RangeResult;
import org.evengrad.engine.dl4j.PhysicalCores;
import org.evengrad.engine.dl4j.UserModels;
import org.evengrad.engine.dl4j.UserModels.UserTraining;
import org.evengrad.engine.network.FirstWeights;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.plan.BroughtStrategies;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.plan.TrainingStrategies;
import org.evengrad.engine.run.RunFolder;
import org.evengrad.engine.run.RunRecorder;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.report.HtmlReport;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Trains a DL4J network that a program built, instead of {@code network.fit}: with guards, and
 * judged by the gradients that each layer gets.
 *
 * <pre>{@code
 * TrainingResult result =
 *         Trainer.of(network)
 *                 .optimizer(new Adam().withLearningRate(1e-3))
 *                 .guards(new Nonfinite(), new ClipGlobalNorm(1.0))
 *                 .runFolder(Path.of("runs/mine"))
 *                 .fit(iterator, 10);
 * }</pre>
 *
 * <p>What is not set is read from the network: its updater with its rate and schedule, rates of
 * single layers, penalties, weight decay, frozen layers, constraints, clipping, and truncated
 * back-propagation through time. The loss of a sequence is the sum over its time steps, as in DL4J.
 *
 * <p>The network's own parameters are trained. For one thread.
 */
public final class Trainer {
    private final Model model;
    private Optional<Evengrad> evengrad = Optional.empty();
    private String name = "network";
    private long seed = 42;
    private int threads = PhysicalCores.count();
    private Optional<Optimizer> optimizer = Optional.empty();
    private Optional<Scheduler> schedule = Optional.empty();
    private Optional<List<GradientGuard>> guards = Optional.empty();
    private Optional<Path> runFolder = Optional.empty();
    private Optional<Object> validation = Optional.empty();
    private Optional<Object> test = Optional.empty();
    private final List<TrainingListener> listeners = new ArrayList<>();
    private StopRequest stop = new StopRequest();

    private Trainer(Model model) {
        this.model = model;
    }

    /** Trains a chain or a graph. */
    static Trainer of(Model network) {
        return new Trainer(network);
    }

    /** Trains a chain of layers, which must be initialized. */
    public static Trainer of(MultiLayerNetwork network) {
        return new Trainer(network);
    }

    /** Trains a graph, which must be initialized. */
    public static Trainer of(ComputationGraph network) {
        return new Trainer(network);
    }

    /** Which strategies are installed; without it those on the class path. */
    public Trainer strategies(Evengrad installed) {
        evengrad = Optional.of(installed);
        return this;
    }

    /** The run's name. */
    public Trainer name(String runName) {
        name = runName;
        return this;
    }

    /** What everything random is drawn from; 42 without it. */
    public Trainer seed(long runSeed) {
        seed = runSeed;
        return this;
    }

    /** How many cores to use; the physical ones without it. */
    public Trainer threads(int count) {
        threads = count;
        return this;
    }

    /** What moves the parameters, in place of the network's updater. */
    public Trainer optimizer(Optimizer chosen) {
        optimizer = Optional.of(chosen);
        return this;
    }

    /** What changes the rate, in place of the updater's schedule. */
    public Trainer schedule(Scheduler chosen) {
        schedule = Optional.of(chosen);
        return this;
    }

    /** What inspects gradients, in this order, in place of the network's clipping. */
    public Trainer guards(GradientGuard... chain) {
        guards = Optional.of(List.of(chain));
        return this;
    }

    /** Where the run's model, metrics and report go: an empty or new folder. */
    public Trainer runFolder(Path folder) {
        runFolder = Optional.of(folder);
        return this;
    }

    /** Examples to validate on after each epoch. */
    public Trainer validation(DataSetIterator iterator) {
        validation = Optional.of(iterator);
        return this;
    }

    /** Examples to validate on after each epoch. */
    public Trainer validation(MultiDataSetIterator iterator) {
        validation = Optional.of(iterator);
        return this;
    }

    /** Examples to test on once, at the end. */
    public Trainer test(DataSetIterator iterator) {
        test = Optional.of(iterator);
        return this;
    }

    /** Examples to test on once, at the end. */
    public Trainer test(MultiDataSetIterator iterator) {
        test = Optional.of(iterator);
        return this;
    }

    /** Follows the run. */
    public Trainer listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Ends the run early when it is told to. */
    public Trainer stop(StopRequest request) {
        stop = request;
        return this;
    }

    /**
     * Trains.
     *
     * @param iterator can be reset, and gives as many batches after each reset
     * @param epochs how often it is read, at least 1
     * @throws IllegalArgumentException if the iterator cannot be reset or is empty
     * @throws org.evengrad.config.problem.InvalidInputException if a strategy is not installed, or
     *     the run folder cannot be used
     */
    public TrainingResult fit(DataSetIterator iterator, int epochs) {
        return train(iterator, epochs);
    }

    /**
     * Trains on several inputs or outputs.
     *
     * @param iterator can be reset, and gives as many batches after each reset
     * @param epochs how often it is read, at least 1
     * @throws IllegalArgumentException if the iterator cannot be reset or is empty
     * @throws org.evengrad.config.problem.InvalidInputException if a strategy is not installed, or
     *     the run folder cannot be used
     */
    public TrainingResult fit(MultiDataSetIterator iterator, int epochs) {
        return train(iterator, epochs);
    }

    /**
     * Says, without training, whether gradients will vanish or explode, in which layers, why, and
     * what to change. The network stays as it is.
     *
     * @param iterator can be reset, and gives as many batches after each reset
     * @param epochs how often {@link #fit} is going to read it, at least 1
     * @throws IllegalArgumentException if the iterator cannot be reset or is empty
     * @throws org.evengrad.config.problem.InvalidInputException if a strategy is not installed
     */
    public CheckResult check(DataSetIterator iterator, int epochs) {
        return checked(iterator, epochs);
    }

    /**
     * Says without training what {@link #check(DataSetIterator, int)} says, of several inputs or
     * outputs.
     *
     * @param iterator can be reset, and gives as many batches after each reset
     * @param epochs how often {@link #fit} is going to read it, at least 1
     * @throws IllegalArgumentException if the iterator cannot be reset or is empty
     * @throws org.evengrad.config.problem.InvalidInputException if a strategy is not installed
     */
    public CheckResult check(MultiDataSetIterator iterator, int epochs) {
        return checked(iterator, epochs);
    }

    private CheckResult checked(Object iterator, int epochs) {
        return with(iterator, epochs, (plan, registry) -> new Checkup(plan).run());
    }

    /**
     * Suggests a learning rate: raises it from step to step until the loss runs away, on several
     * orders of batches, then compares steps at constant rates. All of it is undone: the network
     * stays as it is, and the iterator is left at its beginning.
     *
     * <pre>{@code
     * RangeResult found = Trainer.of(network).findLearningRate(iterator, 10);
     * found.setting().ifPresent(rate -> log.info("{}: {}", rate, found.why()));
     * }</pre>
     *
     * @param iterator can be reset; its first batches are copied, at most 256 MB of them
     * @param epochs how often {@link #fit} is going to read it, at least 1
     * @throws IllegalArgumentException if the iterator cannot be reset or is empty, or the
     *     network's learning rate is 0
     * @throws org.evengrad.config.problem.InvalidInputException if a strategy is not installed
     */
    public RangeResult findLearningRate(DataSetIterator iterator, int epochs) {
        return findLearningRate(iterator, epochs, RangeOptions.DEFAULTS);
    }

    /**
     * Suggests a learning rate as {@link #findLearningRate(DataSetIterator, int)} does.
     *
     * @param options which rates, and how many steps
     */
    public RangeResult findLearningRate(
            DataSetIterator iterator, int epochs, RangeOptions options) {
        return found(iterator, epochs, options);
    }

    /**
     * Suggests a learning rate as {@link #findLearningRate(DataSetIterator, int)} does, for several
     * inputs or outputs.
     *
     * @param options which rates, and how many steps
     */
    public RangeResult findLearningRate(
            MultiDataSetIterator iterator, int epochs, RangeOptions options) {
        return found(iterator, epochs, options);
    }

    private RangeResult found(Object iterator, int epochs, RangeOptions options) {
        return with(
                iterator,
                epochs,
                (plan, registry) -> new LearningRateRange(held(plan, options), options).run());
    }

    /** An iterator cannot be read out of turn. */
    private TrainingPlan held(TrainingPlan plan, RangeOptions options) {
        return plan.with(UserModels.held(plan.data(), options.steps() + 1, seed));
    }

    /** What is done with a plan. */
    @FunctionalInterface
    private interface Use<T> {
        T of(TrainingPlan plan, StrategyRegistry registry);
    }

    private <T> T with(Object iterator, int epochs, Use<T> use) {
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs must be at least 1: " + epochs);
        }
        StrategyRegistry registry = evengrad.orElseGet(Evengrad::create).strategies();
        UserTraining training =
                UserModels.bring(model, iterator, validation, test, registry, threads);
        Network network = training.model().network();
        try (network) {
            TrainingStrategies strategies =
                    new BroughtStrategies(registry, training.model().settings(), Path.of(name))
                            .unless(optimizer, schedule, guards);
            return use.of(plan(training, strategies, epochs), registry);
        }
    }

    private TrainingResult train(Object iterator, int epochs) {
        return with(iterator, epochs, this::train);
    }

    private TrainingResult train(TrainingPlan plan, StrategyRegistry registry) {
        if (runFolder.isEmpty()) {
            return train(plan, listeners);
        }
        RunFolder folder = RunFolder.at(runFolder.get());
        TrainingResult result;
        try (RunRecorder recorder =
                new RunRecorder(
                        folder, registry.provenance(plan.strategies()), Clock.systemUTC())) {
            List<TrainingListener> all = new ArrayList<>(listeners);
            all.add(0, recorder);
            result = train(plan, all);
        }
        HtmlReport.write(folder.path());
        return result;
    }

    private TrainingResult train(TrainingPlan plan, List<TrainingListener> followers) {
        List<TrainingListener> all = new ArrayList<>();
        all.add(new Counted(model));
        all.addAll(followers);
        return new org.evengrad.engine.train.Trainer(plan, List.of(new HealthWatch()), all, stop)
                .train();
    }

    private TrainingPlan plan(UserTraining training, TrainingStrategies strategies, int epochs) {
        return plan(
                name, seed, threads, training, strategies, epochs, training.model().firstWeights());
    }

    /** How a network that a program built is trained. */
    static TrainingPlan plan(
            String name,
            long seed,
            int threads,
            UserTraining training,
            TrainingStrategies strategies,
            int epochs,
            Optional<FirstWeights> weights) {
        int perEpoch = training.data().toTrain().perEpoch();
        return new TrainingPlan(
                name,
                seed,
                threads,
                Optional.empty(),
                training.data(),
                training.model().network(),
                training.loss(),
                BroughtStrategies.penalties(training.model().settings().tensors()),
                strategies,
                new Horizon(Math.multiplyExact((long) epochs, perEpoch), perEpoch),
                TrainingConfig.forEpochs(epochs),
                HealthConfig.DEFAULTS,
                weights,
                training.model().settings().told());
    }

    /** Tells the network what it has seen, before it is saved. */
    private record Counted(Model model) implements TrainingListener {
        @Override
        public void finished(TrainingResult result) {
            UserModels.count(model, result.ending().steps(), result.epochs());
        }
    }
}
