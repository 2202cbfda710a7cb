package org.evengrad.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What monitors may do to a run while it goes on. */
class ForksTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(ForksTest.class.getClassLoader(), List.of(), List.of());

    /** Whatever has memory beside the parameters. */
    private static final String CONFIG =
            """
            data { source = blobs, samples = 90, features = 5, batch-size = 8 }
            model.layers = [ { dense = 12 }, { batch-norm = true }, { dropout = 0.3 }, { dense = 6 } ]
            optimizer { use = adam, learning-rate = 0.01 }
            scheduler { use = cosine }
            guards = [ nonfinite, { use = auto-clip } ]
            training.steps = 30
            """;

    @TempDir private Path folder;

    private TrainingPlan plan(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), config);
        return new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY))
                .plan(new ConfigLoader(REGISTRY).load(file, Map.of()));
    }

    private TrainingResult train(
            String config, HealthMonitor monitor, TrainingListener... listeners)
            throws IOException {
        try (TrainingPlan plan = plan(config)) {
            return new Trainer(plan, List.of(monitor), List.of(listeners), new StopRequest())
                    .train();
        }
    }

    /** Does nothing by itself. */
    private abstract static class Quiet implements HealthMonitor {
        Forks forks;

        @Override
        public void follow(Forks run) {
            forks = run;
        }

        @Override
        public List<Verdict> judge(Ending ending) {
            return List.of();
        }
    }

    @Test
    void leaveNoTraceInTheRun() throws IOException {
        List<Double> losses = new ArrayList<>();
        String forked =
                train(
                                CONFIG,
                                new Quiet() {
                                    @Override
                                    public void stepped(StepRecord record) {
                                        if (record.step() % 4 == 1) {
                                            losses.add(
                                                    forks.run(
                                                            10,
                                                            (int) record.step() % 3,
                                                            5,
                                                            (r, b) -> {},
                                                            () -> 1.0));
                                        }
                                    }
                                })
                        .parametersSha256();
        String alone = train(CONFIG, new Quiet() {}).parametersSha256();
        assertEquals(8, losses.size());
        assertEquals(alone, forked);
    }

    @Test
    void takeRealStepsWithTheirRateAndOrder() throws IOException {
        try (TrainingPlan plan = plan(CONFIG)) {
            Network network = plan.network();
            Forks forks = Forks.beforeTraining(plan);
            assertTrue(forks.possible());
            float[] before = copy(network);
            float[] once = after(forks, network, 1, 0);
            assertArrayEquals(before, copy(network));
            assertArrayEquals(once, after(forks, network, 1, 0));
            assertNotEquals(sum(once), sum(after(forks, network, 2, 0)));
            assertNotEquals(sum(once), sum(after(forks, network, 1, 1)));
        }
    }

    private static float[] after(Forks forks, Network network, double factor, int order) {
        List<float[]> seen = new ArrayList<>();
        forks.run(
                factor,
                order,
                3,
                (record, batch) -> {},
                () -> {
                    seen.add(copy(network));
                    return 0;
                });
        return seen.get(0);
    }

    private static float[] copy(Network network) {
        float[] values = new float[network.parameters().limit()];
        network.parameters().get(0, values, 0, values.length);
        return values;
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    private static Verdict error(String problem, String... layers) {
        return new Verdict(
                problem,
                Severity.ERROR,
                List.of(layers),
                "",
                Map.of(),
                new Seeds(1, 1),
                "what",
                "why",
                List.of());
    }

    /** Says something once, behind a step. */
    private static final class Speaking extends Quiet {
        private final long at;
        private final Verdict verdict;
        private long step;

        Speaking(long at, Verdict verdict) {
            this.at = at;
            this.verdict = verdict;
        }

        @Override
        public void stepped(StepRecord record) {
            step = record.step();
        }

        @Override
        public List<Verdict> news() {
            return step == at ? List.of(verdict) : List.of();
        }
    }

    /** Writes down what it was told. */
    private static final class Told implements TrainingListener {
        private final List<String> told = new ArrayList<>();
        private final List<Checkpoint> checkpoints = new ArrayList<>();
        private long clipped;

        @Override
        public void verdict(Verdict verdict) {
            told.add(verdict.problem());
        }

        @Override
        public void guarded(Verdict verdict, List<String> guards) {
            told.add(String.join(" ", guards));
        }

        @Override
        public void stepped(StepRecord record) {
            clipped += record.clipped() ? 1 : 0;
        }

        @Override
        public void checkpoint(Checkpoint checkpoint) {
            checkpoints.add(checkpoint);
        }
    }

    private static final Verdict EXPLODES = error(Verdict.EXPLODING_GRADIENT, "dense-1");

    @Test
    void aVerdictIsToldAndTheRunGoesOn() throws IOException {
        Told told = new Told();
        TrainingResult result = train(CONFIG, new Speaking(5, EXPLODES), told);
        assertEquals(List.of(Verdict.EXPLODING_GRADIENT), told.told);
        assertEquals(30, result.ending().steps());
    }

    @Test
    void aVerdictEndsTheRunBehindACheckpointWhereThatIsAskedFor() throws IOException {
        Told told = new Told();
        TrainingResult result =
                train(CONFIG + "health.on-verdict = stop", new Speaking(5, EXPLODES), told);
        assertEquals(Reason.UNHEALTHY, result.ending().reason());
        assertEquals(Status.UNHEALTHY, result.status());
        assertEquals(5, result.ending().steps());
        assertEquals(5, told.checkpoints.get(0).state().step());
    }

    @Test
    void aWaivedVerdictIsNotToldAndEndsNothing() throws IOException {
        String waiver =
                """
                health {
                  on-verdict = stop
                  ignore = [ { problem = exploding-gradient, layers = [dense-1], reason = known }
                             { problem = saturation, reason = old } ]
                }
                """;
        Told told = new Told();
        HealthMonitor monitor =
                new Quiet() {
                    private final Speaking speaking = new Speaking(5, EXPLODES);

                    @Override
                    public void stepped(StepRecord record) {
                        speaking.stepped(record);
                    }

                    @Override
                    public List<Verdict> news() {
                        return speaking.news();
                    }

                    @Override
                    public List<Verdict> judge(Ending ending) {
                        return List.of(EXPLODES, error(Verdict.EXPLODING_GRADIENT, "dense-2"));
                    }
                };
        TrainingResult result = train(CONFIG + waiver, monitor, told);
        assertEquals(List.of(), told.told);
        assertEquals(30, result.ending().steps());
        assertEquals(List.of("dense-2"), result.verdicts().get(0).layers());
        assertEquals("known", result.waived().get(0).waiver().reason());
        assertEquals(List.of("health.ignore.1 (saturation) matched no verdict"), result.notices());
    }

    @Test
    void aVerdictWakesTheGuardsThatHelp() throws IOException {
        String guarded =
                CONFIG.replace("guards = [ nonfinite, { use = auto-clip } ]", "guards = []")
                                .replace("0.01", "0.5")
                        + "health.on-verdict = guard";
        Told told = new Told();
        String whole = train(guarded, new Speaking(5, EXPLODES), told).parametersSha256();
        assertEquals(List.of(Verdict.EXPLODING_GRADIENT, "nonfinite clip-global-norm"), told.told);
        Told never = new Told();
        String asleep = train(guarded, new Quiet() {}, never).parametersSha256();
        assertEquals(0, never.clipped);
        assertTrue(told.clipped > 0, "clipped " + told.clipped);
        assertNotEquals(asleep, whole);
        assertEquals(whole, resumed(guarded), "the guards are awake behind a checkpoint");
    }

    /** Interrupted behind step 9, after the guards were woken. */
    private String resumed(String config) throws IOException {
        StopRequest stop = new StopRequest();
        Told told = new Told();
        TrainingListener asking =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == 9) {
                            stop.request();
                        }
                    }
                };
        try (TrainingPlan plan = plan(config)) {
            new Trainer(plan, List.of(new Speaking(5, EXPLODES)), List.of(asking, told), stop)
                    .train();
        }
        try (TrainingPlan plan = plan(config)) {
            return new Trainer(
                            plan,
                            List.of(new Quiet() {}),
                            List.of(),
                            new StopRequest(),
                            Optional.of(told.checkpoints.get(0)))
                    .train()
                    .parametersSha256();
        }
    }
}
