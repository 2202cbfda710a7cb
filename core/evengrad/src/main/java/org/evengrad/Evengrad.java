package org.evengrad;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.evengrad.comparison.CompareRequest;
import org.evengrad.comparison.Comparison;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.PluginLock;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.CheckResult;
import org.evengrad.diagnosis.RangeResult;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.operations.CheckRequest;
import org.evengrad.operations.EvaluateRequest;
import org.evengrad.operations.EvaluatedModel;
import org.evengrad.operations.ExportRequest;
import org.evengrad.operations.ExportedModel;
import org.evengrad.operations.FindLearningRateRequest;
import org.evengrad.operations.RepairRequest;
import org.evengrad.operations.ReplayedStep;
import org.evengrad.operations.TrainRequest;
import org.evengrad.operations.TrainedRun;
import org.evengrad.operations.Treatment;
import org.evengrad.wiring.Assembly;

/**
 * Evengrad in one object: trains and evaluates with the strategies that it finds.
 *
 * <pre>{@code
 * TrainingResult result = Evengrad.train(Path.of("net.conf"));
 * }</pre>
 *
 * <p>It writes nothing to standard output, never exits, and leaves no global state changed.
 */
public final class Evengrad {
    private final Assembly assembly;

    private Evengrad(Assembly assembly) {
        this.assembly = assembly;
    }

    /** With the plugins on the class path. */
    public static Evengrad create() {
        return create(Evengrad.class.getClassLoader(), List.of());
    }

    /**
     * With the plugins on a class path and in folders.
     *
     * @param loader sees the SPI and the plugins on the class path
     * @param pluginFolders folders of plugin jars, which must exist
     */
    public static Evengrad create(ClassLoader loader, List<Path> pluginFolders) {
        return create(loader, pluginFolders, PluginLock.NONE);
    }

    /**
     * With the plugins on a class path, and those in folders if a lock lists them all.
     *
     * <pre>{@code
     * Evengrad.create(loader, List.of(plugins), PluginLock.read(Path.of("plugins.lock")));
     * }</pre>
     *
     * @param loader sees the SPI and the plugins on the class path
     * @param pluginFolders folders of plugin jars, which must exist
     * @param lock the jars in those folders that may be loaded
     * @throws org.evengrad.config.problem.InvalidInputException if a folder does not exist, or a
     *     jar is not in the lock
     */
    public static Evengrad create(ClassLoader loader, List<Path> pluginFolders, PluginLock lock) {
        return create(PluginLoader.load(loader, pluginFolders, List.of(), lock));
    }

    /** With strategies that have been found. */
    public static Evengrad create(StrategyRegistry strategies) {
        return new Evengrad(new Assembly(strategies));
    }

    /**
     * Begins to load Deeplearning4j and its native library in the background, and returns at once.
     * A process that does so first thing, and then reads its configuration, comes to its first step
     * earlier. Nothing else depends on it.
     *
     * @return what ends when the loading has ended, well or not: a process that exits in the midst
     *     of it may crash
     */
    public static CompletableFuture<Void> preload() {
        return Dl4jNetworkBuilder.preload();
    }

    /**
     * Trains a configuration with the plugins on the class path, into the next free folder below
     * {@code runs}.
     *
     * @param config the configuration file
     * @throws org.evengrad.config.problem.InvalidInputException if the configuration or the data
     *     cannot be used
     */
    public static TrainingResult train(Path config) {
        return create().train(TrainRequest.of(config)).result();
    }

    /**
     * Trains.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the configuration, the data or
     *     the run folder cannot be used
     */
    public TrainedRun train(TrainRequest request) {
        return assembly.train().run(request);
    }

    /**
     * Says, without training, whether gradients will vanish or explode, in which layers, why, and
     * what to change. Writes nothing.
     *
     * <pre>{@code
     * CheckResult result = evengrad.check(CheckRequest.of(Path.of("net.conf")));
     * if (!result.healthy()) {
     *     result.verdicts().forEach(verdict -> log.warn("{}", verdict.what()));
     * }
     * }</pre>
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the configuration or the data
     *     cannot be used
     */
    public CheckResult check(CheckRequest request) {
        return assembly.check().run(request);
    }

    /**
     * Trains every combination of some values of a configuration with several seeds, and says which
     * is best.
     *
     * <pre>{@code
     * Comparison comparison = evengrad.compare(
     *         CompareRequest.of(Path.of("net.conf")).vary("optimizer.use", "adam", "sgd").seeds(5));
     * }</pre>
     *
     * @throws org.evengrad.config.problem.InvalidInputException if a combination is no usable
     *     configuration, or the folder cannot be used
     */
    public Comparison compare(CompareRequest request) {
        return assembly.compare().run(request);
    }

    /**
     * Suggests a learning rate: raises it from step to step until the loss runs away, on several
     * orders of batches, then compares steps at constant rates. Trains nothing for good and writes
     * nothing.
     *
     * <pre>{@code
     * RangeResult found = evengrad.findLearningRate(FindLearningRateRequest.of(Path.of("net.conf")));
     * found.setting().ifPresent(rate -> log.info("{}: {}", rate, found.why()));
     * }</pre>
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the configuration or the data
     *     cannot be used
     */
    public RangeResult findLearningRate(FindLearningRateRequest request) {
        return assembly.findLearningRate().run(request);
    }

    /**
     * Finds the smallest change that makes a configuration train, and proves it on seeds that
     * played no part in its choice. Writes {@code NAME.repaired.conf} beside the configuration,
     * which stays as it is, and a folder with the report and the runs before and after.
     *
     * <pre>{@code
     * Treatment treatment = evengrad.doctor(RepairRequest.of(Path.of("net.conf")));
     * treatment.repair().patch().edits().forEach(edit -> log.info("{}: {}", edit.key(), edit.reason()));
     * }</pre>
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the configuration, the data or
     *     the folder cannot be used, or the repaired configuration could not be written
     */
    public Treatment doctor(RepairRequest request) {
        return assembly.treat().run(request);
    }

    /**
     * Computes the pass of a step once more in which a NaN or an infinity arose.
     *
     * @param file that a run left in {@code bad-batches}
     * @throws org.evengrad.config.problem.InvalidInputException if the file is missing or damaged,
     *     or the data is not what it was
     */
    public ReplayedStep replay(Path file) {
        return assembly.replay().run(file);
    }

    /**
     * Scores a saved model.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the model or the data cannot be
     *     used
     */
    public EvaluatedModel evaluate(EvaluateRequest request) {
        return assembly.evaluate().run(request);
    }

    /**
     * Writes a trained model as a zip that opens with plain DL4J, in a JVM without our jars, and
     * trains on there.
     *
     * <pre>{@code
     * evengrad.export(ExportRequest.of(Path.of("runs/net-001"), Path.of("net.zip")));
     * MultiLayerNetwork network = ModelSerializer.restoreMultiLayerNetwork("net.zip", true);
     * }</pre>
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the model cannot be read or
     *     holds what DL4J lacks, with a problem for each; or if the file cannot be written
     */
    public ExportedModel export(ExportRequest request) {
        return assembly.export().run(request);
    }

    /** What is installed, and what could not be loaded. */
    public StrategyRegistry strategies() {
        return assembly.registry();
    }
}
