package org.evengrad.benchmarks.race;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.benchmarks.Host;
import org.evengrad.benchmarks.PerformancePage;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.PhaseTimes;
import org.evengrad.engine.network.PhaseTimes.Phase;
import org.evengrad.engine.step.Penalties;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.TrainingStep;
import org.evengrad.guards.clipglobalnorm.ClipGlobalNorm;
import org.evengrad.guards.nonfinite.Nonfinite;
import org.evengrad.optimizers.adam.Adam;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Horizon;
import org.evengrad.testkit.SeededRandom;

/**
 * What statistics, guards and the numbers for each tensor cost: the time that a step spends on
 * them, and what its update takes longer than one that measures nothing.
 */
public final class Telemetry {
    /** Where arrays happen to lie makes an update up to a tenth quicker or slower. */
    private static final int NETWORKS = 7;

    private static final int ROUNDS = 9;

    /** Before the first network: until then the JIT compiles. */
    private static final double COMPILING_SECONDS = 4;

    private static final double WARM_UP_SECONDS = 1;
    private static final double TURN_SECONDS = 0.1;

    private Telemetry() {}

    /** What is measured in a round. */
    private enum Figure {
        SHARE,
        GUARDING,
        UPDATE,
        STEP
    }

    /** A dense network with ten classes, or three. */
    private record Case(
            String title, int batch, int inputs, int depth, int width, int classes, double most) {
        NetworkPlan plan() {
            List<LayerPlan> hidden = new ArrayList<>();
            for (int i = 1; i <= depth; i++) {
                hidden.add(new LayerPlan.Dense("dense-" + i, width, Optional.of(new Tanh())));
            }
            return new NetworkPlan(
                    List.of(inputs),
                    hidden,
                    new NetworkPlan.Output(
                            "output", classes, Loss.CROSS_ENTROPY, Optional.empty(), true));
        }
    }

    private static final List<Case> CASES =
            List.of(
                    new Case("MLP 784-10x256-10, batch 64", 64, 784, 10, 256, 10, 0.03),
                    new Case("wide MLP 784-3x3700-10, batch 256", 256, 784, 3, 3700, 10, 0.03),
                    new Case("tiny 2-15x5-3, batch 32", 32, 2, 15, 5, 3, 0.10));

    /**
     * Measures, and writes the table.
     *
     * @param arguments the page
     */
    public static void main(String[] arguments) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (Case each : CASES) {
            rows.add(row(each));
            System.out.println(rows.get(rows.size() - 1));
        }
        String text =
                Host.description()
                        + "\n\n"
                        + PerformancePage.table(
                                List.of(
                                        "model",
                                        "parameters",
                                        "share of the step",
                                        "at most",
                                        "statistics and guards, us",
                                        "measuring the update, us",
                                        "step, us"),
                                rows);
        Path page = Path.of(arguments[0]);
        Files.writeString(page, PerformancePage.replace(Files.readString(page), "telemetry", text));
        System.out.println(text);
    }

    private static List<String> row(Case model) throws IOException {
        double[][] measured = new double[Figure.values().length][NETWORKS * ROUNDS];
        int parameters = 0;
        for (int i = 0; i < NETWORKS; i++) {
            parameters = measure(model, i, measured);
        }
        return List.of(
                model.title(),
                String.format(Locale.ROOT, "%,d", parameters),
                percent(median(measured[Figure.SHARE.ordinal()])),
                percent(model.most()),
                micros(median(measured[Figure.GUARDING.ordinal()])),
                micros(median(measured[Figure.UPDATE.ordinal()])),
                micros(median(measured[Figure.STEP.ordinal()])));
    }

    /** Measures rounds of one network, and tells how many parameters it has. */
    private static int measure(Case model, int index, double[][] measured) throws IOException {
        Adam adam = new Adam();
        List<GradientGuard> guards = List.of(new Nonfinite(), new ClipGlobalNorm());
        Dl4jNetworkBuilder builder =
                new Dl4jNetworkBuilder(
                        PluginLoader.load(Telemetry.class.getClassLoader(), List.of(), List.of()));
        try (Network network = builder.build(model.plan(), Host.cores())) {
            float[] values =
                    SeededRandom.normal(
                            1, network.parameters().limit(), 1 / Math.sqrt(model.width()));
            network.parameters().put(0, values);
            Batch batch = batch(network, model);
            RandomGenerator random = SeededRandom.of(3);
            TrainingStep step =
                    new TrainingStep(
                            network,
                            adam,
                            at -> 1,
                            guards,
                            Penalties.none(network.tensors().size()),
                            new Horizon(1_000_000, 100),
                            1);
            StepRecord record = new StepRecord(network.tensors().size(), guards.size());
            BareUpdate bare = new BareUpdate(network, adam);
            long end =
                    System.nanoTime()
                            + (long) ((index == 0 ? COMPILING_SECONDS : WARM_UP_SECONDS) * 1e9);
            int steps = 0;
            long began = System.nanoTime();
            while (System.nanoTime() < end) {
                drawTargets(batch, model, random);
                step.run(batch, 0, record);
                network.gradient(batch);
                bare.run();
                steps++;
            }
            int perTurn =
                    (int) Math.max(2, steps * TURN_SECONDS * 1e9 / (System.nanoTime() - began));
            for (int round = 0; round < ROUNDS; round++) {
                step.times().clear();
                long whole = 0;
                long updates = 0;
                for (int i = 0; i < perTurn; i++) {
                    drawTargets(batch, model, random);
                    long before = System.nanoTime();
                    step.run(batch, 0, record);
                    whole += System.nanoTime() - before;
                    // An update finds in the caches what computing a gradient leaves there.
                    network.gradient(batch);
                    long computed = System.nanoTime();
                    bare.run();
                    updates += System.nanoTime() - computed;
                }
                PhaseTimes times = step.times();
                double guarding = micros(times, Phase.GUARDS, perTurn);
                double update = micros(times, Phase.OPTIMIZER, perTurn) - updates / 1e3 / perTurn;
                double micros = whole / 1e3 / perTurn;
                int at = index * ROUNDS + round;
                measured[Figure.GUARDING.ordinal()][at] = guarding;
                measured[Figure.UPDATE.ordinal()][at] = update;
                measured[Figure.STEP.ordinal()][at] = micros;
                measured[Figure.SHARE.ordinal()][at] = (guarding + update) / micros;
            }
            return network.parameters().limit();
        }
    }

    private static double micros(PhaseTimes times, Phase phase, int steps) {
        return times.shares().get(phase) * times.total() / 1e3 / steps;
    }

    private static String micros(double value) {
        return String.format(Locale.ROOT, "%.3g", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static Batch batch(Network network, Case model) {
        Batch batch = network.batch(model.batch());
        float[] features = SeededRandom.normal(2, model.batch() * model.inputs(), 1);
        batch.features().put(0, features);
        return batch;
    }

    /**
     * Other classes at each step: a batch that was learned by heart moves no parameter, and then
     * their norms would never be measured again.
     */
    private static void drawTargets(Batch batch, Case model, RandomGenerator random) {
        for (int row = 0; row < model.batch(); row++) {
            int target = random.nextInt(model.classes());
            for (int k = 0; k < model.classes(); k++) {
                batch.targets().put(row * model.classes() + k, k == target ? 1 : 0);
            }
        }
    }
}
