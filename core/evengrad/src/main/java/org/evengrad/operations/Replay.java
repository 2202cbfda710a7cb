package org.evengrad.operations;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.run.BadBatch;
import org.evengrad.engine.run.RunFolder;
import org.evengrad.engine.run.RunRecorder;
import org.evengrad.engine.train.ParameterHash;

/**
 * Computes the pass of a step once more in which a NaN or an infinity arose: on the same batch,
 * with the same parameters and the same draws. Writes nothing.
 */
public final class Replay {
    private final ConfigLoader configs;
    private final Planner planner;

    /**
     * The operation.
     *
     * @param configs reads configurations
     * @param planner loads data and builds networks
     */
    public Replay(ConfigLoader configs, Planner planner) {
        this.configs = configs;
        this.planner = planner;
    }

    /**
     * Computes the pass.
     *
     * @param file that a run left in {@code bad-batches}
     * @throws InvalidInputException if the file, the run's configuration or the parameters are
     *     missing or damaged, or if the data is not what it was
     */
    public ReplayedStep run(Path file) {
        BadBatch recorded = BadBatch.read(file);
        RunFolder folder = recorded.run();
        if (!Files.exists(folder.config())) {
            throw invalid(file, "there is no config.conf of its run in " + folder.path());
        }
        float[] parameters = recorded.readParameters();
        LoadedConfig config =
                configs.remembering(RunRecorder.strategies(folder)).load(folder.config(), Map.of());
        try (TrainingPlan plan = planner.plan(config)) {
            Network network = plan.network();
            if (parameters.length != network.parameters().limit()) {
                throw invalid(file, "its parameters are those of another model");
            }
            network.parameters().put(0, parameters, 0, parameters.length);
            Batch batch = batch(recorded, network, plan.data().toTrain());
            network.drawFrom(recorded.drawSeed());
            return new ReplayedStep(recorded, network.trace(batch));
        }
    }

    private static Batch batch(BadBatch recorded, Network network, Batches batches) {
        int epoch = recorded.epoch() - 1;
        int index = recorded.batch();
        Optional<int[]> rows =
                index < batches.perEpoch() ? batches.rowOrder(epoch, index) : Optional.empty();
        if (rows.isEmpty() || !Arrays.equals(rows.get(), recorded.rows().orElse(null))) {
            throw changed(recorded);
        }
        int first = index;
        while (!batches.standsAlone(first)) {
            first--;
        }
        for (int before = first; before < index; before++) {
            // A segment goes on in the state that those before it leave.
            network.gradient(batches.get(epoch, before));
        }
        Batch batch = batches.get(epoch, index);
        if (!ParameterHash.ofBatch(batch).equals(recorded.batchSha256())) {
            throw changed(recorded);
        }
        return batch;
    }

    private static InvalidInputException changed(BadBatch recorded) {
        return invalid(
                recorded.file(), "the data is not what the run was given: its batch has changed");
    }

    private static InvalidInputException invalid(Path file, String message) {
        return new InvalidInputException(Problem.inFile(file, message));
    }
}
