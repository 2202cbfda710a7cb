package org.evengrad.benchmarks.race;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.evengrad.benchmarks.Host;
import org.evengrad.benchmarks.PerformancePage;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.HealthWatch;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.BadStep;
import org.evengrad.engine.train.Ending;
import org.evengrad.engine.train.Forks;
import org.evengrad.engine.train.HealthMonitor;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.Verdict;

/**
 * What the watch over a run's health costs: its share of the run's time, by a clock around each
 * call, and how much longer whole runs take than those with no budget for it. Both kinds of runs
 * alternate.
 */
public final class Watching {
    private static final int ROUNDS = 5;
    private static final String BUDGET = "health.budget";
    private static final String DEFAULT_BUDGET = "5%";

    private Watching() {}

    private record Case(String title, int steps, String config) {}

    private static final List<Case> CASES =
            List.of(
                    new Case(
                            "tiny 2-15x5-3, batch 32",
                            10_000,
                            """
                            data { source = blobs, samples = 1000, classes = 3, batch-size = 32 }
                            model { layers = [ { dense = 5, repeat = 15 } ] }
                            activation = tanh
                            """),
                    new Case(
                            "MLP 784-10x256-10, batch 64",
                            400,
                            """
                            data { source = blobs, samples = 6400, classes = 10, features = 784
                                   batch-size = 64 }
                            model { layers = [ { dense = 256, repeat = 10 } ] }
                            activation = tanh
                            """),
                    new Case(
                            "LSTM 2-64-1, 50 time steps, batch 32",
                            400,
                            """
                            data { source = adding-problem, samples = 3200, length = 50
                                   batch-size = 32 }
                            model { layers = [ { lstm = 64 } ] }
                            """));

    private static final String COMMON =
            """
            initializer = xavier
            optimizer { use = adam, learning-rate = 0.001 }
            guards = [ nonfinite, { use = clip-global-norm, max-norm = 1.0 } ]
            """;

    /**
     * Measures, and writes the table.
     *
     * @param arguments the page
     */
    public static void main(String[] arguments) throws IOException {
        StrategyRegistry registry =
                PluginLoader.load(Watching.class.getClassLoader(), List.of(), List.of());
        List<List<String>> rows = new ArrayList<>();
        for (Case each : CASES) {
            rows.add(row(each, registry));
            System.out.println(rows.get(rows.size() - 1));
        }
        String text =
                Host.description()
                        + "\n\n"
                        + PerformancePage.table(
                                List.of(
                                        "model",
                                        "steps",
                                        "share of the run",
                                        "at most",
                                        "run against one without",
                                        "step, us"),
                                rows);
        Path page = Path.of(arguments[0]);
        Files.writeString(page, PerformancePage.replace(Files.readString(page), "watching", text));
    }

    private static List<String> row(Case model, StrategyRegistry registry) throws IOException {
        Path file = Files.createTempFile("watching", ".conf");
        try {
            Files.writeString(
                    file, model.config() + COMMON + "training.steps = " + model.steps() + "\n");
            train(file, DEFAULT_BUDGET, registry);
            train(file, "0%", registry);
            double[] shares = new double[ROUNDS];
            double[] ratios = new double[ROUNDS];
            double[] steps = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                Run watched;
                Run without;
                if (round % 2 == 0) {
                    watched = train(file, DEFAULT_BUDGET, registry);
                    without = train(file, "0%", registry);
                } else {
                    without = train(file, "0%", registry);
                    watched = train(file, DEFAULT_BUDGET, registry);
                }
                shares[round] = (double) watched.watching() / watched.whole();
                ratios[round] = (double) watched.whole() / without.whole();
                steps[round] = without.whole() / 1e3 / model.steps();
            }
            return List.of(
                    model.title(),
                    String.format(Locale.ROOT, "%,d", model.steps()),
                    String.format(Locale.ROOT, "%.1f%%", 100 * median(shares)),
                    DEFAULT_BUDGET,
                    String.format(Locale.ROOT, "%.3f", median(ratios)),
                    String.format(Locale.ROOT, "%.3g", median(steps)));
        } finally {
            Files.delete(file);
        }
    }

    /** Nanoseconds of a run, and those of them that watching took. */
    private record Run(long whole, long watching) {}

    private static Run train(Path file, String budget, StrategyRegistry registry) {
        Planner planner = new Planner(registry, new Dl4jNetworkBuilder(registry));
        try (TrainingPlan plan =
                planner.plan(new ConfigLoader(registry).load(file, Map.of(BUDGET, budget)))) {
            Timed watch = new Timed(new HealthWatch());
            long began = System.nanoTime();
            new Trainer(plan, List.of(watch), List.of(), new StopRequest()).train();
            return new Run(System.nanoTime() - began, watch.nanos);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** A watch with a clock around it. */
    private static final class Timed implements HealthMonitor {
        private final HealthWatch watch;
        private long nanos;

        Timed(HealthWatch watch) {
            this.watch = watch;
        }

        @Override
        public void started(TrainingPlan plan) {
            long began = System.nanoTime();
            watch.started(plan);
            nanos += System.nanoTime() - began;
        }

        @Override
        public void follow(Forks forks) {
            long began = System.nanoTime();
            watch.follow(forks);
            nanos += System.nanoTime() - began;
        }

        @Override
        public void stepped(StepRecord record) {
            long began = System.nanoTime();
            watch.stepped(record);
            nanos += System.nanoTime() - began;
        }

        @Override
        public void notFinite(BadStep bad) {
            watch.notFinite(bad);
        }

        @Override
        public void evaluated(Evaluation evaluation) {
            watch.evaluated(evaluation);
        }

        @Override
        public List<Verdict> news() {
            return watch.news();
        }

        @Override
        public List<Verdict> judge(Ending ending) {
            long began = System.nanoTime();
            List<Verdict> verdicts = watch.judge(ending);
            nanos += System.nanoTime() - began;
            return verdicts;
        }

        @Override
        public double[] save() {
            return watch.save();
        }

        @Override
        public void restore(double[] saved) {
            watch.restore(saved);
        }
    }
}
