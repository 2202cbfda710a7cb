package org.evengrad.engine.train;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.evengrad.config.TrainingConfig.EarlyStop;
import org.evengrad.config.TrainingConfig.Keep;
import org.evengrad.config.TrainingConfig.Metric;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.PhaseTimes.Phase;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepRecord.Action;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.engine.step.TrainingStep;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.TrainingListener.Evaluation;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.spi.Schedule;

/**
 * The training loop: batches in, steps, validation after each epoch, and a result.
 *
 * <p>For one run and one thread.
 */
public final class Trainer {
    /** So many unusable steps in a row end training. */
    public static final int MOST_UNUSABLE_STEPS_IN_A_ROW = 20;

    /** The problems that guards help against. */
    private static final Set<String> GUARDED =
            Set.of(Verdict.EXPLODING_GRADIENT, Verdict.NON_FINITE, Verdict.LEARNING_RATE_TOO_HIGH);

    private final TrainingPlan plan;
    private final List<HealthMonitor> monitors;
    private final List<TrainingListener> listeners;
    private final StopRequest stop;

    private final Network network;
    private final Schedule schedule;
    private final TrainingStep step;
    private final BadSteps badSteps;
    private final StepRecord record;
    private final Batches batches;
    private final Optional<Evaluator> validator;
    private final StepTimes times = new StepTimes();
    private final long checkpointEvery;
    private final Optional<Checkpoint> from;

    private long skipped;
    private long rollbacks;
    private long clipped;
    private int unusableInARow;
    private boolean checkpointDue;
    private double bestValue = Double.NaN;
    private int bestEpoch;
    private int evaluationsSinceBest;
    private float[] bestParameters;
    private Optional<Scores> lastValidation = Optional.empty();
    private final Waivers waivers;
    private boolean ended;
    private Instant asked;
    private double startupSeconds = Double.NaN;
    private double secondsBefore;
    private long began;

    /**
     * Prepares a run.
     *
     * @param plan what to run; the caller closes it
     * @param monitors judge the run
     * @param listeners follow the run; the monitors are told before them
     * @param stop asks the loop to end
     */
    public Trainer(
            TrainingPlan plan,
            List<HealthMonitor> monitors,
            List<TrainingListener> listeners,
            StopRequest stop) {
        this(plan, monitors, listeners, stop, Optional.empty());
    }

    /**
     * Prepares a run that goes on where another one stopped.
     *
     * @param plan what to run, from the same configuration; the caller closes it
     * @param monitors judge the run, the same ones as then
     * @param listeners follow the run; the monitors are told before them
     * @param stop asks the loop to end
     * @param from where to go on; empty to start at the beginning
     * @throws IllegalArgumentException if the checkpoint is that of another model
     */
    public Trainer(
            TrainingPlan plan,
            List<HealthMonitor> monitors,
            List<TrainingListener> listeners,
            StopRequest stop,
            Optional<Checkpoint> from) {
        this.plan = plan;
        this.monitors = List.copyOf(monitors);
        this.listeners = new ArrayList<>(monitors);
        this.listeners.addAll(listeners);
        this.stop = stop;
        network = plan.network();
        schedule = plan.scheduler().start(plan.horizon());
        step =
                new TrainingStep(
                        network,
                        plan.optimizer(),
                        schedule,
                        plan.guards(),
                        plan.penalties(),
                        plan.horizon(),
                        plan.seed());
        badSteps = new BadSteps(plan, this.listeners);
        step.inspectWith(badSteps);
        record = new StepRecord(network.tensors().size(), plan.guards().size());
        batches = plan.data().toTrain();
        validator = plan.data().validation().map(this::evaluator);
        checkpointEvery =
                plan.training()
                        .checkpointEvery()
                        .map(span -> Math.max(1, span.steps(plan.horizon())))
                        .orElse(Long.MAX_VALUE);
        this.from = from;
        waivers = new Waivers(plan.health(), LocalDate.now(ZoneOffset.UTC));
    }

    /**
     * Trains.
     *
     * @return how it went; the network holds the parameters that are kept
     */
    public TrainingResult train() {
        return train(Instant.now());
    }

    /**
     * Trains.
     *
     * @param whenAsked when someone asked for this run, which may be the start of the process
     * @return how it went; the network holds the parameters that are kept
     */
    public TrainingResult train(Instant whenAsked) {
        asked = whenAsked;
        listeners.forEach(listener -> listener.started(plan));
        Forks forks = new Forks(plan, step::save);
        monitors.forEach(monitor -> monitor.follow(forks));
        from.ifPresent(this::restore);
        began = System.nanoTime();
        Reason reason = loop();
        // A diverged run is nothing to go on from; its last checkpoint may be.
        if (reason != Reason.DIVERGED) {
            checkpoint();
        }
        double seconds = seconds();
        Ending ending = new Ending(reason, step.at().step(), skipped, detail(reason));
        List<Verdict> verdicts = new ArrayList<>();
        monitors.forEach(monitor -> verdicts.addAll(monitor.judge(ending)));
        verdicts.sort(Comparator.comparing(Verdict::severity).reversed());
        TrainingResult result = result(ending, seconds, waivers.split(verdicts));
        listeners.forEach(listener -> listener.finished(result));
        return result;
    }

    private Reason loop() {
        if (stopsEarly()) {
            // A run that had come to its end goes on from there.
            return Reason.EARLY_STOP;
        }
        int perEpoch = batches.perEpoch();
        long planned = plan.horizon().steps();
        hearNews();
        while (step.at().step() < planned) {
            int epoch = (int) (step.at().step() / perEpoch);
            int index = (int) (step.at().step() % perEpoch);
            long before = System.nanoTime();
            Batch batch = batches.get(epoch, index);
            step.times().add(Phase.BATCH, System.nanoTime() - before);
            Outcome outcome = step.run(batch, epoch, record);
            times.add(System.nanoTime() - before, batch.rows());
            if (Double.isNaN(startupSeconds)) {
                startupSeconds = Duration.between(asked, Instant.now()).toNanos() / 1e9;
            }
            if (step.at().step() == planned / 10) {
                // Up to here the JIT was at work.
                step.times().clear();
            }
            count(outcome);
            for (TrainingListener listener : listeners) {
                listener.stepped(record);
            }
            if (outcome != Outcome.APPLIED) {
                setAside(epoch, index);
            }
            hearNews();
            if (outcome == Outcome.STOPPED || unusableInARow >= MOST_UNUSABLE_STEPS_IN_A_ROW) {
                return Reason.DIVERGED;
            }
            boolean lastOfEpoch = index == perEpoch - 1;
            if ((lastOfEpoch || step.at().step() == planned) && evaluate(epoch + 1)) {
                return Reason.EARLY_STOP;
            }
            boolean canStop = batches.standsAlone((index + 1) % perEpoch);
            if (canStop && ended) {
                return Reason.UNHEALTHY;
            }
            if (canStop && stop.requested() && step.at().step() < planned) {
                return Reason.INTERRUPTED;
            }
            checkpointDue |= step.at().step() % checkpointEvery == 0;
            if (canStop && checkpointDue) {
                checkpoint();
            }
        }
        return Reason.COMPLETED;
    }

    /** Passes on what monitors have to say, and does what the configuration says then. */
    private void hearNews() {
        for (HealthMonitor monitor : monitors) {
            List<Verdict> news = monitor.news();
            if (!news.isEmpty()) {
                waivers.split(news).standing().forEach(this::hear);
            }
        }
    }

    private void hear(Verdict verdict) {
        listeners.forEach(listener -> listener.verdict(verdict));
        if (verdict.severity() != Severity.ERROR) {
            return;
        }
        switch (plan.health().onVerdict()) {
            case WARN -> {}
            case STOP -> ended = true;
            case GUARD -> {
                List<Integer> woken =
                        GUARDED.contains(verdict.problem()) ? step.wakeGuards() : List.of();
                if (!woken.isEmpty()) {
                    List<String> names = woken.stream().map(plan.guardNames()::get).toList();
                    listeners.forEach(listener -> listener.guarded(verdict, names));
                }
            }
        }
    }

    private void setAside(int epoch, int index) {
        batches.rows(epoch, index)
                .ifPresent(
                        batch -> listeners.forEach(listener -> listener.setAside(record, batch)));
    }

    private Evaluator evaluator(Batches part) {
        return new Evaluator(
                network, plan.loss(), plan.data().task(), plan.data().targetScale(), part);
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - began) / 1e9;
    }

    private void checkpoint() {
        checkpointDue = false;
        Checkpoint checkpoint =
                new Checkpoint(
                        step.save(),
                        step.snapshots(),
                        new Checkpoint.Progress(
                                skipped,
                                rollbacks,
                                clipped,
                                badSteps.seen(),
                                unusableInARow,
                                bestValue,
                                bestEpoch,
                                evaluationsSinceBest,
                                Optional.ofNullable(bestParameters).map(float[]::clone),
                                lastValidation,
                                seconds()),
                        monitors.stream().map(HealthMonitor::save).toList());
        listeners.forEach(listener -> listener.checkpoint(checkpoint));
    }

    private void restore(Checkpoint checkpoint) {
        step.restore(checkpoint.state());
        step.restoreSnapshots(checkpoint.snapshots());
        Checkpoint.Progress progress = checkpoint.progress();
        skipped = progress.skipped();
        rollbacks = progress.rollbacks();
        clipped = progress.clipped();
        badSteps.restore(progress.badSteps());
        unusableInARow = progress.unusableInARow();
        bestValue = progress.bestValue();
        bestEpoch = progress.bestEpoch();
        evaluationsSinceBest = progress.evaluationsSinceBest();
        bestParameters = progress.bestParameters().map(float[]::clone).orElse(null);
        lastValidation = progress.lastValidation();
        secondsBefore = progress.seconds();
        for (int i = 0; i < monitors.size(); i++) {
            monitors.get(i).restore(checkpoint.monitors().get(i));
        }
    }

    private void count(Outcome outcome) {
        boolean unusable = outcome != Outcome.APPLIED || !Double.isFinite(record.loss());
        unusableInARow = unusable ? unusableInARow + 1 : 0;
        if (outcome != Outcome.APPLIED) {
            skipped++;
        }
        if (outcome == Outcome.ROLLED_BACK) {
            rollbacks++;
        }
        if (record.clipped()) {
            clipped++;
        }
    }

    /** Looks at the validation data; true if it is time to stop. */
    private boolean evaluate(int epoch) {
        if (validator.isEmpty()) {
            return false;
        }
        float[] raw = parameters(null);
        step.showEvaluationParameters();
        try {
            return judge(epoch, validator.get().scores());
        } finally {
            network.parameters().put(0, raw, 0, raw.length);
        }
    }

    /** Keeps the parameters that the network shows if they are the best so far. */
    private boolean judge(int epoch, Scores scores) {
        lastValidation = Optional.of(scores);
        schedule.evaluated(scores.loss(), step.at());
        Evaluation evaluation = new Evaluation(step.at().step(), epoch, scores);
        listeners.forEach(listener -> listener.evaluated(evaluation));
        double value = value(scores);
        boolean better = !Double.isNaN(value) && !(value >= bestValue);
        if (better) {
            bestValue = value;
            bestEpoch = epoch;
            evaluationsSinceBest = 0;
            if (plan.training().keep() == Keep.BEST) {
                bestParameters = parameters(bestParameters);
            }
        } else {
            evaluationsSinceBest++;
        }
        return stopsEarly();
    }

    private boolean stopsEarly() {
        return plan.training()
                .earlyStop()
                .map(rule -> evaluationsSinceBest >= rule.patience())
                .orElse(false);
    }

    /** What the best state has the least of. */
    private double value(Scores scores) {
        Metric metric =
                plan.training().earlyStop().map(EarlyStop::metric).orElse(Metric.VALIDATION_LOSS);
        return metric.higherIsBetter() ? -scores.value(metric) : scores.value(metric);
    }

    private float[] parameters(float[] into) {
        int size = network.parameters().limit();
        float[] values = into == null ? new float[size] : into;
        network.parameters().get(0, values, 0, size);
        return values;
    }

    private Optional<String> detail(Reason reason) {
        if (reason != Reason.DIVERGED) {
            return Optional.empty();
        }
        String batch =
                "step "
                        + record.step()
                        + " (epoch "
                        + record.epoch()
                        + ", batch "
                        + ((record.step() - 1) % batches.perEpoch() + 1)
                        + ")";
        if (record.outcome() == Outcome.STOPPED) {
            int stopped = 0;
            while (record.actionKind(stopped) != Action.STOP) {
                stopped++;
            }
            return Optional.of(
                    "guard "
                            + plan.guardNames().get(record.actionGuard(stopped))
                            + " stopped at "
                            + batch
                            + ": "
                            + record.actionReason(stopped));
        }
        String where =
                record.firstNonFiniteTensor() < 0
                        ? "the gradient is finite, the loss is " + record.loss()
                        : "the first bad tensor is "
                                + network.tensors().get(record.firstNonFiniteTensor()).name();
        return Optional.of(
                unusableInARow + " unusable steps in a row, up to " + batch + "; " + where);
    }

    private TrainingResult result(Ending ending, double seconds, Waivers.Split verdicts) {
        if (bestParameters != null) {
            network.parameters().put(0, bestParameters, 0, bestParameters.length);
        }
        String sha256 = ParameterHash.sha256(network.parameters());
        if (bestParameters == null) {
            step.showEvaluationParameters();
        }
        Optional<Scores> validation =
                bestParameters == null ? lastValidation : validator.map(Evaluator::scores);
        Optional<Scores> test = plan.data().test().map(part -> evaluator(part).scores());
        double trainLoss = evaluator(plan.data().train()).loss();
        boolean error = verdicts.standing().stream().anyMatch(v -> v.severity() == Severity.ERROR);
        Status status =
                switch (ending.reason()) {
                    case DIVERGED -> Status.DIVERGED;
                    case INTERRUPTED -> Status.INTERRUPTED;
                    case UNHEALTHY -> Status.UNHEALTHY;
                    case COMPLETED, EARLY_STOP -> error ? Status.UNHEALTHY : Status.HEALTHY;
                };
        return new TrainingResult(
                plan,
                status,
                ending,
                (int) (ending.steps() / batches.perEpoch()),
                startupSeconds,
                seconds,
                trainLoss,
                validation,
                test,
                bestParameters == null ? Optional.empty() : Optional.of(bestEpoch),
                times.millis(),
                times.samplesPerSecond(),
                step.times().shares(),
                rollbacks,
                ending.steps() == 0 ? 0 : (double) clipped / ending.steps(),
                sha256,
                verdicts.standing(),
                verdicts.waived(),
                waivers.notices());
    }
}
