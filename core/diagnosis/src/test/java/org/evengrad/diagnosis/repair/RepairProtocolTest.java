package org.evengrad.diagnosis.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.evengrad.diagnosis.repair.Repair.Status;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairProtocolTest {
    private static final Remedies REMEDIES =
            Bench.remedies(Bench.RELU.and(Bench.ADAM), Bench.USELESS, Bench.RELU, Bench.IMPOSSIBLE);

    /** One single that helps at once. */
    private static final Remedies SIMPLE = Bench.remedies(Patch.NONE, Bench.RELU.and(Bench.ADAM));

    @TempDir Path folder;

    private Repair repair(String config, Remedies remedies) throws IOException {
        return repair(config, remedies, RepairListener.NONE, new StopRequest());
    }

    private Repair repair(
            String config, Remedies remedies, RepairListener listener, StopRequest stop)
            throws IOException {
        return new RepairProtocol(
                        Bench.patient(folder, config),
                        remedies,
                        RepairOptions.DEFAULTS,
                        listener,
                        stop)
                .run();
    }

    /** All of it but the time that it took. */
    private static List<String> course(Repair repair) {
        List<String> course = new ArrayList<>();
        for (Trial trial : repair.trials()) {
            course.add(
                    String.join(
                            " ",
                            trial.stage().name(),
                            trial.patch().name(),
                            "" + trial.seed(),
                            "" + trial.steps(),
                            "" + trial.skill()));
        }
        course.add(repair.status() + " " + repair.patch() + repair.before() + repair.after());
        return course;
    }

    @Test
    void repairsADeepSigmoidNetworkTheSameWayEachTime() throws IOException {
        Repair repair = repair(Bench.SICK, REMEDIES);
        assertEquals(Status.REPAIRED, repair.status(), repair::toString);
        assertTrue(repair.patch().edits().stream().anyMatch(e -> e.key().equals("activation")));
        assertTrue(repair.patch().edits().stream().noneMatch(e -> e.key().equals("scheduler")));
        assertTrue(repair.proof().orElseThrow().accepted());
        assertTrue(repair.before().orElseThrow().mean() < 0.5);
        assertTrue(repair.after().orElseThrow().mean() > 0.9);
        assertEquals(42, repair.proof().orElseThrow().pairs().get(0).seed());
        assertTrue(repair.ruledOut().stream().anyMatch(s -> s.startsWith("scheduler = cosine: ")));
        assertTrue(repair.ruledOut().stream().anyMatch(s -> s.contains("no-such-activation")));
        StopRequest stop = new StopRequest();
        List<String> again =
                course(
                        repair(
                                Bench.SICK,
                                REMEDIES,
                                stopping(stop, trial -> trial.stage() == Stage.PROOF),
                                stop));
        int trials = again.size() - 1;
        assertEquals(course(repair).subList(0, trials), again.subList(0, trials));
    }

    @Test
    void leavesAHealthyNetworkAlone() throws IOException {
        Repair repair = repair(Bench.HEALTHY, REMEDIES);
        assertEquals(Status.HEALTHY, repair.status(), repair::toString);
        assertTrue(repair.patch().isEmpty());
        assertTrue(repair.before().orElseThrow().mean() > 0.9);
        assertTrue(repair.trials().stream().allMatch(trial -> trial.patch().isEmpty()));
    }

    @Test
    void saysWhatItRuledOutWhenNothingHelps() throws IOException {
        Repair repair = repair(Bench.SICK, Bench.remedies(Patch.NONE, Bench.USELESS));
        assertEquals(Status.NOT_REPAIRED, repair.status());
        assertTrue(repair.patch().isEmpty());
        assertTrue(repair.ruledOut().get(0).startsWith("scheduler = cosine: skill 0.0"));
        assertTrue(repair.ruledOut().get(1).startsWith("not seen: non-finite"));
    }

    private static RepairListener stopping(StopRequest stop, Predicate<Trial> when) {
        return new RepairListener() {
            @Override
            public void ended(Trial trial) {
                if (when.test(trial)) {
                    stop.request();
                }
            }
        };
    }

    @Test
    void keepsWhatIsMostPromisingWhenItIsStopped() throws IOException {
        StopRequest stop = new StopRequest();
        Repair repair =
                repair(
                        Bench.SICK,
                        REMEDIES,
                        stopping(stop, trial -> trial.stage() == Stage.SECOND_RUNG),
                        stop);
        assertEquals(Status.UNCONFIRMED, repair.status());
        assertFalse(repair.patch().isEmpty());
        assertTrue(repair.after().isEmpty());
    }

    @Test
    void whatItRecommendsIsNotRuledOut() throws IOException {
        StopRequest stop = new StopRequest();
        Repair repair =
                repair(
                        Bench.SICK,
                        Bench.remedies(Patch.NONE, Bench.USELESS),
                        stopping(stop, trial -> trial.stage() == Stage.SECOND_RUNG),
                        stop);
        assertEquals(Bench.USELESS, repair.patch());
        assertEquals(List.of(), repair.ruledOut());
    }

    @Test
    void aProofStandsWhenTheRestIsStopped() throws IOException {
        StopRequest stop = new StopRequest();
        Repair repair =
                repair(
                        Bench.SICK,
                        SIMPLE,
                        stopping(
                                stop,
                                trial -> trial.stage() == Stage.RESULT && !trial.patch().isEmpty()),
                        stop);
        assertEquals(Status.REPAIRED, repair.status());
        assertEquals(1, repair.after().orElseThrow().values().size());
        assertEquals(1, repair.before().orElseThrow().values().size());
    }

    @Test
    void holdsItsBudget() throws IOException {
        for (long millis : new long[] {200, 700}) {
            long[] now = {0};
            Repair repair =
                    new RepairProtocol(
                                    Bench.patient(folder, Bench.SICK),
                                    REMEDIES,
                                    new RepairOptions(
                                            Optional.of(Duration.ofMillis(millis)), false),
                                    RepairListener.NONE,
                                    new StopRequest(),
                                    // Each look at the clock takes a millisecond.
                                    () -> now[0] += 1_000_000)
                            .run();
            assertEquals(Status.UNCONFIRMED, repair.status());
            assertFalse(repair.patch().isEmpty());
            assertTrue(
                    repair.seconds() <= 1.05 * millis / 1000,
                    () -> millis + ": " + repair.seconds());
        }
    }

    /** Tells when the test part is read. */
    private record Guarded(Patient patient, Runnable onRead) implements Patient {
        @Override
        public String name() {
            return patient.name();
        }

        @Override
        public long seed() {
            return patient.seed();
        }

        @Override
        public TrainingPlan plan(Patch patch, long seed) {
            TrainingPlan plan = patient.plan(patch, seed);
            TrainingData data = plan.data();
            Batches test = data.test().orElseThrow();
            Batches watched =
                    new Batches() {
                        @Override
                        public int examples() {
                            return test.examples();
                        }

                        @Override
                        public int perEpoch() {
                            return test.perEpoch();
                        }

                        @Override
                        public Batch get(int epoch, int index) {
                            onRead.run();
                            return test.get(epoch, index);
                        }
                    };
            return new TrainingPlan(
                    plan.name(),
                    plan.seed(),
                    plan.threads(),
                    plan.config(),
                    new TrainingData(
                            data.toTrain(),
                            data.train(),
                            data.validation(),
                            Optional.of(watched),
                            data.probe(),
                            data.task(),
                            data.classes(),
                            data.split()),
                    plan.network(),
                    plan.loss(),
                    plan.penalties(),
                    plan.strategies(),
                    plan.horizon(),
                    plan.training(),
                    plan.health(),
                    plan.firstWeights(),
                    plan.notes());
        }
    }

    @Test
    void readsTheTestPartInTheResultOnlyAndShowsTheFirstSeed() throws IOException {
        Stage[] stage = {Stage.CONTROL};
        Set<Stage> reads = EnumSet.noneOf(Stage.class);
        List<String> shown = new ArrayList<>();
        List<Double> progress = new ArrayList<>();
        RepairListener listener =
                new RepairListener() {
                    @Override
                    public void began(Stage began, List<Patch> patches) {
                        stage[0] = began;
                    }

                    @Override
                    public void progressed(double done, double secondsLeft) {
                        progress.add(done);
                    }

                    @Override
                    public List<TrainingListener> result(Patch patch, TrainingPlan plan) {
                        shown.add(patch.isEmpty() + " " + plan.seed());
                        return List.of(new TrainingListener() {});
                    }
                };
        Patient patient = new Guarded(Bench.patient(folder, Bench.SICK), () -> reads.add(stage[0]));
        Repair repair =
                new RepairProtocol(
                                patient,
                                SIMPLE,
                                RepairOptions.DEFAULTS,
                                listener,
                                new StopRequest())
                        .run();
        assertEquals(Status.REPAIRED, repair.status(), repair::toString);
        assertEquals(EnumSet.of(Stage.RESULT), reads);
        assertEquals(List.of("true 42", "false 42"), shown);
        assertEquals(progress.stream().sorted().toList(), progress);
        assertEquals(1, progress.get(progress.size() - 1), 1e-9);
    }
}
