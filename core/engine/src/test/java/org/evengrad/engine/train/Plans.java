package org.evengrad.engine.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.HealthConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.TrainingConfig;
import org.evengrad.config.TrainingConfig.EarlyStop;
import org.evengrad.config.TrainingConfig.Keep;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.data.Normalizer;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.data.TargetScale;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.plan.TrainingData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.plan.TrainingStrategies;
import org.evengrad.engine.step.Penalties;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.StepContext;

/**
 * Plans on 18 rows of one feature: 10 to train on in batches of 4, 5 for validation, 3 for test. So
 * an epoch has three batches.
 */
public final class Plans {
    /** The name of the guard in a plan. */
    public static final String GUARD = "watch";

    private static final int ROWS = 18;

    private Plans() {}

    /** Writes numbers that a test says to all parameters, one for each step. */
    public record Scripted(float... values) implements Optimizer {
        @Override
        public double learningRate() {
            return 1;
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            Arrays.fill(chunk.parameters(), 0, chunk.size(), values[(int) at.step()]);
        }
    }

    /** Rows whose feature is their index, with these targets. */
    static Dataset dataset(Task task, float... targets) {
        float[] features = new float[targets.length];
        for (int i = 0; i < features.length; i++) {
            features[i] = i;
        }
        return new Dataset(
                features,
                targets.length,
                List.of(1),
                targets,
                1,
                task,
                task == Task.CLASSIFICATION ? List.of("no", "yes") : List.of(),
                List.of("index"));
    }

    /** A regression whose targets are all 0. */
    public static SplitData zeros() {
        return split(dataset(Task.REGRESSION, new float[ROWS]));
    }

    static SplitData split(Dataset dataset) {
        return new SplitData(
                dataset,
                new DataPart(dataset, IntStream.range(0, 10).toArray()),
                new DataPart(dataset, IntStream.range(10, 15).toArray()),
                new DataPart(dataset, IntStream.range(15, ROWS).toArray()),
                Normalizer.none(),
                TargetScale.none(),
                "0".repeat(64),
                Optional.empty());
    }

    static TrainingConfig training(Keep keep, EarlyStop earlyStop) {
        return new TrainingConfig(
                Optional.of(1),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(earlyStop),
                keep,
                Optional.empty(),
                TrainingConfig.ClassWeights.Rule.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /** A plan of so many steps that keeps the last parameters. */
    public static TrainingPlan plan(
            Network network, Optimizer optimizer, int steps, GradientGuard... guards) {
        return plan(network, zeros(), optimizer, steps, training(Keep.LAST, null), guards);
    }

    static TrainingPlan plan(
            Network network,
            SplitData data,
            Optimizer optimizer,
            int steps,
            TrainingConfig training,
            GradientGuard... guards) {
        return plan(network, data, optimizer, horizon -> at -> 1, steps, training, guards);
    }

    static TrainingPlan plan(
            Network network,
            SplitData data,
            Optimizer optimizer,
            Scheduler scheduler,
            int steps,
            TrainingConfig training,
            GradientGuard... guards) {
        boolean classification = data.dataset().task() == Task.CLASSIFICATION;
        return new TrainingPlan(
                "a-test",
                7,
                1,
                Optional.empty(),
                TrainingData.of(network, data, new BatchOrder(7, data.train().size(), 4, true)),
                network,
                classification ? Loss.BINARY_CROSS_ENTROPY : Loss.MSE,
                Penalties.none(network.tensors().size()),
                new TrainingStrategies(
                        optimizer,
                        "{ use = tested }",
                        scheduler,
                        List.of(guards),
                        IntStream.range(0, guards.length).mapToObj(i -> GUARD + "-" + i).toList()),
                new Horizon(steps, 3),
                training,
                HealthConfig.DEFAULTS,
                Optional.empty(),
                List.of());
    }
}
