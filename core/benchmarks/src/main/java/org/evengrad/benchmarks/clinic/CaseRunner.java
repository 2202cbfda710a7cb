package org.evengrad.benchmarks.clinic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.evengrad.benchmarks.clinic.RunLine.Kind;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.HealthWatch;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.HealthMonitor;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.Verdict;

/** Trains cases and looks at them before training. For several threads. */
final class CaseRunner implements Runner {
    private final Path folder;
    private final ConfigLoader configs;
    private final Planner planner;
    private final Function<TrainingPlan, List<Verdict>> check;

    /**
     * A runner.
     *
     * @param folder for the files of a case
     * @param check what looks at a network before the first step
     */
    CaseRunner(Path folder, Function<TrainingPlan, List<Verdict>> check) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.check = check;
        StrategyRegistry registry =
                PluginLoader.load(CaseRunner.class.getClassLoader(), List.of(), List.of());
        configs = new ConfigLoader(registry);
        planner = new Planner(registry, new Dl4jNetworkBuilder(registry));
    }

    @Override
    public RunLine train(ClinicCase each, long seed, int budget, Kind kind, String version)
            throws IOException {
        try (TrainingPlan plan = plan(each, seed, budget)) {
            List<HealthMonitor> monitors =
                    kind == Kind.LIVE ? List.of(new HealthWatch()) : List.of();
            Hearing hearing = new Hearing();
            long before = System.nanoTime();
            TrainingResult result =
                    new Trainer(plan, monitors, List.of(hearing), new StopRequest()).train();
            double seconds = (System.nanoTime() - before) / 1e9;
            return line(
                    each,
                    seed,
                    budget,
                    kind,
                    version,
                    each.data().metric().of(result.test().orElseThrow()),
                    plan.horizon().steps(),
                    seconds,
                    result.ending().reason().name(),
                    hearing.with(result.verdicts()));
        }
    }

    @Override
    public RunLine check(ClinicCase each, long seed, String version) throws IOException {
        try (TrainingPlan plan = plan(each, seed, 1)) {
            long before = System.nanoTime();
            List<Verdict> verdicts = check.apply(plan);
            double seconds = (System.nanoTime() - before) / 1e9;
            return line(
                    each,
                    seed,
                    1,
                    Kind.CHECK,
                    version,
                    Double.NaN,
                    plan.horizon().steps(),
                    seconds,
                    "",
                    verdicts.stream().map(verdict -> Spoken.of(verdict).at(0)).toList());
        }
    }

    private static RunLine line(
            ClinicCase each,
            long seed,
            int budget,
            Kind kind,
            String version,
            double metric,
            long steps,
            double seconds,
            String ending,
            List<Spoken> verdicts) {
        return new RunLine(
                kind,
                each.id(),
                each.hash(seed, budget),
                seed,
                budget,
                version,
                metric,
                steps,
                seconds,
                ending,
                verdicts);
    }

    private TrainingPlan plan(ClinicCase each, long seed, int budget) throws IOException {
        Path config = folder.resolve(each.id() + "-" + seed + "-" + budget + ".conf");
        synchronized (this) {
            // Cases share the files of their data.
            each.data().write(folder, seed);
            each.brought().write(folder, seed);
            Files.writeString(config, each.config(seed, budget));
        }
        try {
            return planner.plan(configs.load(config, Map.of()));
        } finally {
            Files.delete(config);
        }
    }
}
