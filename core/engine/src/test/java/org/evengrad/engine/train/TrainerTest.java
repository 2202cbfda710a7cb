package org.evengrad.engine.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.TrainingConfig;
import org.evengrad.config.TrainingConfig.EarlyStop;
import org.evengrad.config.TrainingConfig.Keep;
import org.evengrad.config.TrainingConfig.Metric;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.HeapNetwork;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.Plans.Scripted;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.guards.clipglobalnorm.ClipGlobalNorm;
import org.evengrad.guards.nonfinite.Nonfinite;
import org.evengrad.optimizers.momentum.Momentum;
import org.evengrad.optimizers.sgd.Sgd;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.StepContext;
import org.junit.jupiter.api.Test;

class TrainerTest {
    /** One weight, then one bias. What it predicts for everything is its weight. */
    private final HeapNetwork network = new HeapNetwork(HeapNetwork.constant(1, 1), 1, 1);

    private final StopRequest stop = new StopRequest();
    private final List<String> told = new ArrayList<>();

    private TrainingResult train(TrainingPlan plan, TrainingListener... listeners) {
        return new Trainer(plan, List.of(), List.of(listeners), stop).train();
    }

    /** A gradient whose bias is NaN from a step on, counted from 1. */
    private static HeapNetwork.Rule badFrom(int first) {
        int[] step = {0};
        return (parameters, batch, gradient) -> {
            if (gradient != null) {
                step[0]++;
                gradient.put(0, batch.rows());
                gradient.put(1, step[0] >= first ? Float.NaN : batch.rows());
            }
            return 0.5;
        };
    }

    private static TrainingConfig keep(Keep keep) {
        return Plans.training(keep, null);
    }

    private static TrainingConfig stopAfter(Metric metric, int patience) {
        return Plans.training(Keep.BEST, new EarlyStop(metric, patience));
    }

    /** Each number for the three steps of an epoch; the loss on validation is its square. */
    private static Scripted byEpoch(float... values) {
        float[] bySteps = new float[values.length * 3];
        for (int i = 0; i < bySteps.length; i++) {
            bySteps[i] = values[i / 3];
        }
        return new Scripted(bySteps);
    }

    @Test
    void runsThePlannedStepsAndScoresAllParts() {
        TrainingResult result = train(Plans.plan(network, new Scripted(1, 2, 3, 4), 4));
        assertEquals(Status.HEALTHY, result.status());
        assertEquals(Reason.COMPLETED, result.ending().reason());
        assertEquals(Optional.empty(), result.ending().detail());
        assertEquals(4, result.ending().steps());
        assertEquals(1, result.epochs());
        assertEquals(16, result.trainLoss());
        assertEquals(16, result.validation().orElseThrow().loss());
        assertEquals(5, result.validation().orElseThrow().rows());
        assertEquals(16, result.test().orElseThrow().loss());
        assertEquals(3, result.test().orElseThrow().rows());
        assertEquals(Optional.empty(), result.bestEpoch());
        assertEquals(0, result.clippedShare());
        assertTrue(result.seconds() > 0);
        assertTrue(result.stepMillis().median() > 0);
        assertTrue(result.samplesPerSecond().p95() >= result.samplesPerSecond().median());
    }

    @Test
    void startUpLastsFromTheRequestToTheEndOfTheFirstStep() {
        Instant longAgo = Instant.now().minusSeconds(1000);
        TrainingPlan plan = Plans.plan(network, new Sgd(), 4);
        TrainingResult result =
                new Trainer(plan, List.of(), List.of(), new StopRequest()).train(longAgo);
        double fromRequestToEnd = Duration.between(longAgo, Instant.now()).toNanos() / 1e9;
        assertTrue(result.startupSeconds() >= 1000);
        assertTrue(result.startupSeconds() <= fromRequestToEnd);
    }

    @Test
    void everyEpochSeesEveryTrainingRowOnceInAnOrderOfItsOwn() {
        List<Float> seen = new ArrayList<>();
        network.rule(
                (parameters, batch, gradient) -> {
                    for (int i = 0; i < batch.rows(); i++) {
                        seen.add(batch.features().get(i));
                    }
                    return 0;
                });
        train(Plans.plan(network, new Sgd(), 6));
        List<Float> first = seen.subList(0, 10);
        List<Float> second = seen.subList(10, 20);
        List<Float> rows = List.of(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f);
        assertEquals(rows, first.stream().sorted().toList());
        assertEquals(rows, second.stream().sorted().toList());
        assertFalse(first.equals(second));
    }

    @Test
    void twentyUnusableStepsInARowEndAsDiverged() {
        network.rule(badFrom(5));
        TrainingResult result = train(Plans.plan(network, new Sgd(), 1000, new Nonfinite()));
        assertEquals(Status.DIVERGED, result.status());
        assertEquals(24, result.ending().steps());
        assertEquals(20, result.ending().skippedSteps());
        assertEquals(
                "20 unusable steps in a row, up to step 24 (epoch 8, batch 3); the first bad tensor"
                        + " is output.b",
                result.ending().detail().orElseThrow());
        assertEquals(-4 * 0.01f, network.values()[0], 1e-7f);
    }

    @Test
    void nineteenUnusableStepsInARowAreEndured() {
        HeapNetwork.Rule good = HeapNetwork.constant(1, 1);
        int[] step = {0};
        network.rule(
                (parameters, batch, gradient) -> {
                    good.compute(parameters, batch, gradient);
                    if (gradient != null && ++step[0] % 20 != 0) {
                        gradient.put(0, Float.NaN);
                    }
                    return 0.5;
                });
        TrainingResult result = train(Plans.plan(network, new Sgd(), 60, new Nonfinite()));
        assertEquals(Status.HEALTHY, result.status());
        assertEquals(60, result.ending().steps());
        assertEquals(57, result.ending().skippedSteps());
    }

    @Test
    void aLossThatIsNotFiniteIsUnusableEvenWithoutGuards() {
        network.rule(
                (parameters, batch, gradient) -> {
                    HeapNetwork.constant(1, 1).compute(parameters, batch, gradient);
                    return Double.POSITIVE_INFINITY;
                });
        TrainingResult result = train(Plans.plan(network, new Sgd(), 1000));
        assertEquals(Status.DIVERGED, result.status());
        assertEquals(20, result.ending().steps());
        assertEquals(0, result.ending().skippedSteps());
        assertEquals(
                "20 unusable steps in a row, up to step 20 (epoch 7, batch 2); the gradient is"
                        + " finite, the loss is Infinity",
                result.ending().detail().orElseThrow());
    }

    @Test
    void aGuardCanStopTraining() {
        GradientGuard second =
                layout ->
                        (gradient, at, ruling) -> {
                            if (at.step() == 4) {
                                ruling.stop("had enough");
                            }
                        };
        TrainingResult result = train(Plans.plan(network, new Sgd(), 100, new Nonfinite(), second));
        assertEquals(Status.DIVERGED, result.status());
        assertEquals(5, result.ending().steps());
        assertEquals(
                "guard watch-1 stopped at step 5 (epoch 2, batch 2): had enough",
                result.ending().detail().orElseThrow());
    }

    @Test
    void countsSkippedStepsRollBacksAndClippedSteps() {
        GradientGuard guard =
                layout ->
                        (gradient, at, ruling) -> {
                            if (at.step() == 1) {
                                ruling.skip("");
                            } else if (at.step() == 2) {
                                ruling.rollBack(1, 0.5, "");
                            }
                        };
        GradientGuard clip = new ClipGlobalNorm(0.1);
        TrainingResult result = train(Plans.plan(network, new Sgd(), 8, guard, clip));
        assertEquals(2, result.ending().skippedSteps());
        assertEquals(1, result.rollbacks());
        assertEquals(6.0 / 8, result.clippedShare());
    }

    @Test
    void keepsTheParametersOfTheBestEpoch() {
        TrainingPlan plan =
                Plans.plan(network, Plans.zeros(), byEpoch(3, 2, 1, 4, 1, 5), 18, keep(Keep.BEST));
        TrainingResult result = train(plan);
        assertEquals(Optional.of(3), result.bestEpoch());
        assertArrayEquals(new float[] {1, 1}, network.values());
        assertEquals(1, result.validation().orElseThrow().loss());
        assertEquals(1, result.trainLoss());
        assertEquals(ParameterHash.sha256(network.parameters()), result.parametersSha256());
        assertEquals(18, result.ending().steps());
    }

    @Test
    void keepsTheLastParametersUnlessTold() {
        TrainingPlan plan =
                Plans.plan(network, Plans.zeros(), byEpoch(3, 1, 2), 9, keep(Keep.LAST));
        TrainingResult result = train(plan);
        assertEquals(Optional.empty(), result.bestEpoch());
        assertEquals(4, result.validation().orElseThrow().loss());
        assertArrayEquals(new float[] {2, 2}, network.values());
    }

    @Test
    void aNanIsNeverBest() {
        TrainingPlan plan =
                Plans.plan(
                        network,
                        Plans.zeros(),
                        byEpoch(Float.NaN, 3, Float.NaN, 4),
                        12,
                        keep(Keep.BEST));
        TrainingResult result = train(plan);
        assertEquals(Optional.of(2), result.bestEpoch());
        assertArrayEquals(new float[] {3, 3}, network.values());
    }

    @Test
    void keepsTheLastParametersWhenNoneWasBest() {
        TrainingPlan plan =
                Plans.plan(
                        network, Plans.zeros(), byEpoch(Float.NaN, Float.NaN), 6, keep(Keep.BEST));
        TrainingResult result = train(plan);
        assertEquals(Optional.empty(), result.bestEpoch());
        assertTrue(Double.isNaN(result.validation().orElseThrow().loss()));
    }

    @Test
    void stopsEarlyWhenNothingWasBetterForAsLongAsItsPatience() {
        TrainingPlan plan =
                Plans.plan(
                        network,
                        Plans.zeros(),
                        byEpoch(3, 2, 2.5f, 1, 4, 1, 0, 0),
                        24,
                        stopAfter(Metric.VALIDATION_LOSS, 2));
        TrainingResult result = train(plan);
        assertEquals(Reason.EARLY_STOP, result.ending().reason());
        assertEquals(Status.HEALTHY, result.status());
        // Best in epoch 4; 5 is worse and 6 as good, which is not better.
        assertEquals(18, result.ending().steps());
        assertEquals(Optional.of(4), result.bestEpoch());
        assertArrayEquals(new float[] {1, 1}, network.values());
    }

    @Test
    void judgesByAccuracyWhenToldTo() {
        float[] targets = new float[18];
        for (int row : new int[] {10, 11, 12}) {
            targets[row] = 1; // three of the five validation rows
        }
        SplitData data = Plans.split(Plans.dataset(Task.CLASSIFICATION, targets));
        TrainingPlan plan =
                Plans.plan(
                        network,
                        data,
                        byEpoch(0.45f, 0.9f, 0.6f, 0.1f),
                        12,
                        stopAfter(Metric.VALIDATION_ACCURACY, 2));
        TrainingResult result = train(plan);
        // 0.6 has the lower loss, but 0.9 was the first with 3 of 5 right.
        assertEquals(Optional.of(2), result.bestEpoch());
        assertEquals(0.6, result.validation().orElseThrow().accuracy().orElseThrow());
        assertEquals(0.9f, network.values()[0]);
    }

    @Test
    void lessIsBetterOfAnErrorAndMoreOfWhatIsExplained() {
        float[] targets = new float[18];
        targets[10] = -1;
        targets[11] = 1;
        SplitData data = Plans.split(Plans.dataset(Task.REGRESSION, targets));
        for (Metric metric :
                List.of(Metric.VALIDATION_RMSE, Metric.VALIDATION_MAE, Metric.VALIDATION_R2)) {
            TrainingPlan plan =
                    Plans.plan(
                            new HeapNetwork(HeapNetwork.constant(), 1, 1),
                            data,
                            byEpoch(0.9f, 0.1f, 0.5f),
                            9,
                            stopAfter(metric, 5));
            assertEquals(Optional.of(2), train(plan).bestEpoch(), metric.name());
        }
    }

    @Test
    void anUndefinedMetricIsNeverBest() {
        SplitData data = Plans.split(Plans.dataset(Task.CLASSIFICATION, new float[18]));
        TrainingPlan plan =
                Plans.plan(
                        network,
                        data,
                        byEpoch(0.45f, 0.9f),
                        6,
                        stopAfter(Metric.VALIDATION_AUC, 2));
        assertEquals(Optional.empty(), train(plan).bestEpoch());
    }

    @Test
    void endsAfterTheStepInWhichSomeoneAsksItTo() {
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainingListener asking =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == 5) {
                            stop.request();
                        }
                    }

                    @Override
                    public void checkpoint(Checkpoint checkpoint) {
                        checkpoints.add(checkpoint);
                    }
                };
        TrainingResult result = train(Plans.plan(network, new Sgd(), 100), asking);
        assertEquals(Status.INTERRUPTED, result.status());
        assertEquals(5, result.ending().steps());
        assertEquals(1, result.epochs());
        assertEquals(1, checkpoints.size());
        assertEquals(5, checkpoints.get(0).state().step());
    }

    @Test
    void leavesItsEndAsACheckpointUnlessItDiverged() {
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainingListener keeping =
                new TrainingListener() {
                    @Override
                    public void checkpoint(Checkpoint checkpoint) {
                        checkpoints.add(checkpoint);
                    }
                };
        train(Plans.plan(network, new Sgd(), 7), keeping);
        assertEquals(List.of(7L), checkpoints.stream().map(c -> c.state().step()).toList());

        network.rule(badFrom(5));
        train(Plans.plan(network, new Sgd(), 1000, new Nonfinite()), keeping);
        assertEquals(1, checkpoints.size());
    }

    @Test
    void anInterruptedRunGoesOnAsIfItHadNotBeen() {
        Optimizer momentum = new Momentum(0.1, 0.9);
        float[] target = {2, -3};
        network.rule(HeapNetwork.pullTo(target));
        TrainingResult whole =
                train(Plans.plan(network, Plans.zeros(), momentum, 11, keep(Keep.BEST)));

        HeapNetwork first = new HeapNetwork(HeapNetwork.pullTo(target), 1, 1);
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainingListener asking =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == 5) {
                            stop.request();
                        }
                    }

                    @Override
                    public void checkpoint(Checkpoint checkpoint) {
                        checkpoints.add(checkpoint);
                    }
                };
        train(Plans.plan(first, Plans.zeros(), momentum, 11, keep(Keep.BEST)), asking);

        HeapNetwork second = new HeapNetwork(HeapNetwork.pullTo(target), 1, 1);
        TrainingPlan plan = Plans.plan(second, Plans.zeros(), momentum, 11, keep(Keep.BEST));
        TrainingResult resumed =
                new Trainer(
                                plan,
                                List.of(),
                                List.of(),
                                new StopRequest(),
                                Optional.of(checkpoints.get(0)))
                        .train();
        assertEquals(whole.parametersSha256(), resumed.parametersSha256());
        assertEquals(whole.bestEpoch(), resumed.bestEpoch());
        assertEquals(whole.ending(), resumed.ending());
        assertEquals(whole.validation(), resumed.validation());
    }

    @Test
    void askingInTheLastStepIsTooLate() {
        TrainingListener asking =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        stop.request();
                    }
                };
        TrainingResult result = train(Plans.plan(network, new Sgd(), 1), asking);
        assertEquals(Status.HEALTHY, result.status());
    }

    @Test
    void tellsMonitorsBeforeListenersAndInOrder() {
        HealthMonitor monitor = new Telling("monitor");
        TrainingListener listener = new Telling("listener");
        Trainer trainer =
                new Trainer(
                        Plans.plan(network, new Sgd(), 3),
                        List.of(monitor),
                        List.of(listener),
                        stop);
        TrainingResult result = trainer.train();
        assertEquals(
                List.of(
                        "monitor started",
                        "listener started",
                        "monitor step 1",
                        "listener step 1",
                        "monitor step 2",
                        "listener step 2",
                        "monitor step 3",
                        "listener step 3",
                        "monitor evaluated 3 epoch 1",
                        "listener evaluated 3 epoch 1",
                        "monitor judges COMPLETED",
                        "monitor finished",
                        "listener finished"),
                told);
        assertEquals(Status.UNHEALTHY, result.status());
        assertEquals(
                List.of("worst", "bad", "remarkable"),
                result.verdicts().stream().map(Verdict::problem).toList());
    }

    /** Says what it was told. */
    private final class Telling implements HealthMonitor {
        private final String name;

        Telling(String name) {
            this.name = name;
        }

        @Override
        public void started(TrainingPlan plan) {
            told.add(name + " started");
        }

        @Override
        public void stepped(StepRecord record) {
            told.add(name + " step " + record.step());
        }

        @Override
        public void evaluated(Evaluation evaluation) {
            told.add(name + " evaluated " + evaluation.step() + " epoch " + evaluation.epoch());
        }

        @Override
        public List<Verdict> judge(Ending ending) {
            told.add(name + " judges " + ending.reason());
            return List.of(
                    verdict("remarkable", Severity.NOTE),
                    verdict("worst", Severity.ERROR),
                    verdict("bad", Severity.WARN));
        }

        @Override
        public void finished(TrainingResult result) {
            told.add(name + " finished");
        }

        private Verdict verdict(String problem, Severity severity) {
            return new Verdict(
                    problem, severity, List.of(), "", Map.of(), new Seeds(1, 1), "", "", List.of());
        }
    }

    @Test
    void warningsLeaveARunHealthy() {
        HealthMonitor warning =
                ending ->
                        List.of(
                                new Verdict(
                                        "slow",
                                        Severity.WARN,
                                        List.of(),
                                        "",
                                        Map.of(),
                                        new Seeds(1, 1),
                                        "",
                                        "",
                                        List.of()));
        Trainer trainer =
                new Trainer(Plans.plan(network, new Sgd(), 3), List.of(warning), List.of(), stop);
        assertEquals(Status.HEALTHY, trainer.train().status());
    }

    @Test
    void theScheduleIsToldTheValidationLoss() {
        List<Double> losses = new ArrayList<>();
        Schedule schedule =
                new Schedule() {
                    @Override
                    public double factor(StepContext at) {
                        return 1;
                    }

                    @Override
                    public void evaluated(double validationLoss, StepContext at) {
                        losses.add(validationLoss);
                        losses.add((double) at.step());
                    }
                };
        train(
                Plans.plan(
                        network,
                        Plans.zeros(),
                        byEpoch(3, 2, 1),
                        horizon -> schedule,
                        7,
                        keep(Keep.LAST)));
        // After both whole epochs, and after the last step.
        assertEquals(List.of(9.0, 3.0, 4.0, 6.0, 1.0, 7.0), losses);
    }

    @Test
    void evaluatesAndEndsWithTheParametersThatTheOptimizerWantsAndTrainsWithTheRawOnes() {
        Optimizer halving =
                new Optimizer() {
                    @Override
                    public double learningRate() {
                        return 1;
                    }

                    @Override
                    public void update(Chunk chunk, StepContext at) {
                        chunk.parameters()[0] += 2;
                    }

                    @Override
                    public void evaluationParameters(Chunk copy, StepContext at) {
                        copy.parameters()[0] /= 2;
                    }
                };
        List<Double> validation = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void evaluated(Evaluation evaluation) {
                        validation.add(evaluation.scores().loss());
                    }
                };
        TrainingResult result = train(Plans.plan(network, halving, 6), listener);
        assertEquals(List.of(9.0, 36.0), validation);
        assertEquals(36, result.trainLoss());
        assertArrayEquals(new float[] {6, 6}, network.values());
        assertEquals(
                ParameterHash.sha256(FloatBuffer.wrap(new float[] {12, 12})),
                result.parametersSha256());
    }

    /** The steps that a listener was told are bad, in a run that stops and goes on. */
    private List<Long> badSteps(long stopAt) {
        List<Long> looked = new ArrayList<>();
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void notFinite(BadStep bad) {
                        looked.add(bad.step());
                    }

                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == stopAt) {
                            stop.request();
                        }
                    }

                    @Override
                    public void checkpoint(Checkpoint checkpoint) {
                        checkpoints.add(checkpoint);
                    }
                };
        network.rule(badFrom(1));
        train(Plans.plan(network, new Sgd(), 9, new Nonfinite()), listener);
        if (!checkpoints.isEmpty() && checkpoints.get(0).state().step() == stopAt) {
            new Trainer(
                            Plans.plan(network, new Sgd(), 9, new Nonfinite()),
                            List.of(),
                            List.of(listener),
                            new StopRequest(),
                            Optional.of(checkpoints.get(0)))
                    .train();
        }
        return looked;
    }

    @Test
    void aRunThatGoesOnLooksIntoNoMoreBadStepsThanAWholeOne() {
        assertEquals(List.of(1L, 2L, 3L), badSteps(100));
        assertEquals(List.of(1L, 2L, 3L), badSteps(2));
    }
}
