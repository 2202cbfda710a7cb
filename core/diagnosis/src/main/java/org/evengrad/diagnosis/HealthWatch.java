package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.evengrad.diagnosis.LossHistory.Probe;
import org.evengrad.diagnosis.Movement.Travel;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.engine.train.BadStep;
import org.evengrad.engine.train.Ending;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.Forks;
import org.evengrad.engine.train.HealthMonitor;
import org.evengrad.engine.train.Verdict;

/**
 * Measures a run while it goes on, and lets judges look at the measurements on the way and at its
 * end. What is measured, and when it is a verdict, stands in {@code docs/diagnosis.md}.
 *
 * <p>Watching leaves no trace in the run: parameters are the same bits with it and without, but
 * where a verdict stops training or wakes a guard.
 */
public final class HealthWatch implements HealthMonitor {
    /** For whoever does not follow the run, and asks for verdicts when they want them. */
    private static final int UNFOLLOWED_PROBES = 10;

    private static final double LARGE_UPDATE = 0.1;
    private static final double WARMUP_SHARE = 0.05;
    private static final int SHORTLY_BEFORE = 20;

    /** What can be said of data and model before anything was trained. */
    private static final Set<String> STATIC = Set.of(Verdict.LOSS_MISMATCH, Verdict.INPUT_SCALE);

    /**
     * A tensor without any gradient for so many steps in a row is worth a look, and another one.
     */
    private static final int SILENT_STEPS = 20;

    /** Losses that go so much against their neighbors are worth a closer look. */
    private static final double SWINGS = -0.2;

    /** How long trials may take once a run is over, which they cannot slow any more. */
    private static final long TRIAL_NANOS = 5_000_000_000L;

    private final LongSupplier nanos;

    private TrainingPlan plan;
    private ProbeBatch probe;
    private SignalPath first;
    private Subject subject;
    private Optional<Forks> forks = Optional.empty();
    private LookSchedule schedule;
    private long signalNanos;
    private HeldOutLoss heldOut;

    private final List<Probe> probes = new ArrayList<>();
    private final StepCurve curve = new StepCurve();
    private final Spoken spoken = new Spoken();

    /** Verdicts that took a trial, which is not repeated at every look. */
    private final Map<String, Verdict> byTrial = new LinkedHashMap<>();

    private final InactiveUnits inactive = new InactiveUnits();
    private double[] travel;
    private int stepsWithLargeUpdates;
    private long lastLargeUpdate;
    private long firstBadStep;
    private int firstBadTensor;
    private Optional<FirstBad> firstBad = Optional.empty();
    private long lastStep;
    private long skipped;
    private long lastSwing;
    private long lastTrial;
    private long forkSteps;
    private long silent;
    private SignalPath latest;
    private long latestStep;

    /** A watch with the machine's clock. */
    public HealthWatch() {
        this(System::nanoTime);
    }

    /**
     * A watch.
     *
     * @param nanos a clock that says what watching costs
     */
    HealthWatch(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public void started(TrainingPlan started) {
        plan = started;
        schedule = new LookSchedule(plan.health(), plan.horizon().steps(), nanos);
        schedule.enter();
        forks = Optional.empty();
        probe =
                new ProbeBatch(
                        started, started.data().probe(), ProbeRows.of(started, schedule.certain()));
        subject = Subject.of(started);
        long began = schedule.now();
        first = probe.signals(plan.seed());
        signalNanos = schedule.now() - began;
        heldOut = new HeldOutLoss(plan);
        travel = new double[subject.tensors().size()];
        stepsWithLargeUpdates = 0;
        lastLargeUpdate = Long.MIN_VALUE / 2;
        firstBadStep = 0;
        firstBadTensor = -1;
        lastStep = 0;
        skipped = 0;
        lastSwing = 0;
        lastTrial = 0;
        forkSteps = 0;
        silent = 0;
        latest = first;
        latestStep = 0;
        byTrial.clear();
        inactive.clear();
        curve.clear();
        spoken.restore(new SavedNumbers(new double[] {0, 0}));
        probes.clear();
        firstBad = Optional.empty();
        probe(0);
        schedule.leave();
    }

    @Override
    public void notFinite(BadStep bad) {
        firstBad = firstBad.or(() -> FirstBad.of(bad));
    }

    @Override
    public void follow(Forks run) {
        forks = Optional.of(run);
        schedule.enter();
        spoken.look(
                0,
                Judges.judge(observations(Progress.before(), () -> first, LearningRateTrial.NONE))
                        .stream()
                        .filter(verdict -> STATIC.contains(verdict.problem()))
                        .toList());
        schedule.leave();
    }

    private void probe(long step) {
        if (probes.isEmpty() || probes.get(probes.size() - 1).step() != step) {
            probes.add(new Probe(step, probe.loss()));
        }
    }

    @Override
    public void stepped(StepRecord record) {
        schedule.enter();
        lastStep = record.step();
        boolean bad = record.firstNonFiniteTensor() >= 0 || !Double.isFinite(record.loss());
        boolean firstBad = bad && firstBadStep == 0;
        if (firstBad) {
            firstBadStep = record.step();
            firstBadTensor = record.firstNonFiniteTensor();
        }
        if (record.outcome() == Outcome.APPLIED) {
            move(record);
        } else {
            skipped++;
        }
        curve.add(record);
        if (forks.isPresent()) {
            watch(firstBad);
        } else if (lastStep % Math.max(1, subject.plannedSteps() / UNFOLLOWED_PROBES) == 0) {
            probe(lastStep);
        }
        schedule.leave();
    }

    private void move(StepRecord record) {
        boolean large = false;
        boolean still = false;
        for (int t = 0; t < travel.length; t++) {
            travel[t] += record.updateRatio(t);
            still |= subject.tensors().get(t).judged() && record.gradientNorm(t) == 0;
            large |= subject.tensors().get(t).judged() && record.updateRatio(t) > LARGE_UPDATE;
        }
        silent = still ? silent + 1 : 0;
        if (large && firstBadStep == 0) {
            lastLargeUpdate = record.step();
        }
        if (large && record.step() > WARMUP_SHARE * plan.horizon().steps()) {
            stepsWithLargeUpdates++;
        }
    }

    @Override
    public void evaluated(Evaluation evaluation) {
        heldOut.add(evaluation.scores());
        schedule.skip();
    }

    private void watch(boolean firstBad) {
        boolean swung = curve.wantsProbeLoss() && curve.addProbeLoss(lastStep, probe.lossOfFew());
        boolean fellSilent = silent == SILENT_STEPS || silent == 2 * SILENT_STEPS;
        if (schedule.isDue(lastStep) || firstBad || swung || fellSilent && schedule.watches()) {
            look();
        }
    }

    private void look() {
        probe(lastStep);
        LossHistory losses = losses();
        measureDead();
        boolean free = !curve.wantsProbeLoss() && lastStep >= 2 * lastSwing;
        if (free
                && curve.ofBatches()
                        .map(swings -> OscillatingLoss.oscillates(swings, losses, SWINGS))
                        .orElse(false)) {
            lastSwing = lastStep;
            curve.beginSwings();
        }
        LearningRateTrial trial = trial();
        List<Verdict> verdicts =
                judged(Progress.during(lastStep, skipped), this::signalsNow, trial);
        if (trial.taken() > 0) {
            lastTrial = lastStep;
            forkSteps += trial.taken();
        }
        spoken.look(lastStep, verdicts);
    }

    /** What judges say, and what an earlier trial showed, unless the network learned since. */
    private List<Verdict> judged(
            Progress progress, Supplier<SignalPath> now, LearningRateTrial trial) {
        Observations observed = observations(progress, now, trial);
        List<Verdict> verdicts = new ArrayList<>(Judges.judge(observed));
        if (trial.taken() > 0) {
            byTrial.clear();
            verdicts.stream()
                    .filter(verdict -> verdict.seeds().n() == LearningRateTrial.ORDERS)
                    .forEach(verdict -> byTrial.put(verdict.problem(), verdict));
        }
        if (observed.learns()) {
            byTrial.clear();
        }
        for (Verdict earlier : byTrial.values()) {
            if (verdicts.stream().noneMatch(v -> v.problem().equals(earlier.problem()))) {
                verdicts.add(earlier);
            }
        }
        return verdicts;
    }

    /** Forks that the budget has room for, in steps; twice as late each time. */
    private LearningRateTrial trial() {
        long left = schedule.forkSteps(subject.plannedSteps()) - forkSteps;
        int steps = (int) Math.min(LearningRateTrial.STEPS, left / LearningRateTrial.MOST_FORKS);
        if (steps < LearningRateTrial.FEWEST_STEPS
                || lastStep < 2 * lastTrial
                || !schedule.canFork(lastStep)) {
            return LearningRateTrial.NONE;
        }
        // Where steps have done harm, another rate may not get out of it any more.
        boolean fromStart = losses().rose() && plan.firstWeights().isPresent();
        return new LearningRateTrial(
                fromStart ? Forks.fromFirstWeights(plan) : forks.orElseThrow(),
                probe,
                steps,
                nearPeak(fromStart ? 0 : lastStep),
                Long.MAX_VALUE);
    }

    private boolean nearPeak(long step) {
        return ScheduleShape.of(plan.scheduler(), plan.horizon(), step).nearPeak();
    }

    /** The signals behind the last step: what was measured before is not looked at again. */
    private SignalPath signalsNow() {
        if (latestStep != lastStep) {
            measureSignals();
        }
        return latest;
    }

    private void measureSignals() {
        latest = probe.signals(plan.seed());
        latestStep = lastStep;
    }

    private void measureDead() {
        if (inactive.isDue(lastStep, subject.plannedSteps()) && schedule.affords(signalNanos)) {
            measureSignals();
            takeDead();
        }
    }

    private void takeDead() {
        inactive.look(lastStep, latest.layers(), plan.horizon().stepsPerEpoch());
    }

    @Override
    public List<Verdict> news() {
        return spoken.news();
    }

    /** What was said while training goes on, each as bad as it was at worst. */
    public List<Verdict> verdictsSoFar() {
        return spoken.told();
    }

    @Override
    public List<Verdict> judge(Ending ending) {
        probe(lastStep);
        boolean follows = forks.isPresent();
        // At the end a run may go back to the best parameters it had.
        latestStep = -1;
        if (follows && !losses().trained() && lastStep > inactive.lastStep()) {
            signalsNow();
            takeDead();
        }
        boolean again =
                follows
                        && ending.reason() == Reason.DIVERGED
                        && plan.firstWeights().isPresent()
                        && plan.health().budget().amount() > 0;
        LearningRateTrial trial =
                again
                        ? new LearningRateTrial(
                                Forks.fromFirstWeights(plan),
                                probe,
                                LearningRateTrial.STEPS,
                                nearPeak(0),
                                TRIAL_NANOS)
                        : LearningRateTrial.NONE;
        List<Verdict> verdicts = judged(Progress.after(ending), this::signalsNow, trial);
        if (ending.reason() == Reason.UNHEALTHY) {
            // What ended training stands, whatever a last look would say.
            for (Verdict told : spoken.told()) {
                verdicts.removeIf(verdict -> verdict.problem().equals(told.problem()));
                verdicts.add(told);
            }
        }
        return follows
                ? spoken.atEnd(lastStep, verdicts)
                : verdicts.stream().map(verdict -> verdict.since(lastStep)).toList();
    }

    private LossHistory losses() {
        return new LossHistory(
                probe.nullLoss(),
                probe.zeroOutputsLoss(),
                subject.plannedSteps(),
                probes,
                heldOut.lowest());
    }

    private Observations observations(
            Progress progress, Supplier<SignalPath> now, LearningRateTrial trial) {
        double plannedPerStep = (double) subject.plannedSteps() / Math.max(1, progress.steps());
        List<Travel> moved = new ArrayList<>();
        for (int t = 0; t < travel.length; t++) {
            if (subject.tensors().get(t).judged()) {
                moved.add(new Travel(t, travel[t] * plannedPerStep));
            }
        }
        LossCurve seen = curve.seen();
        return new Observations(
                progress,
                subject,
                losses(),
                new Movement(
                                progress.isBefore() ? List.of() : moved,
                                stepsWithLargeUpdates,
                                firstBadStep > 0
                                        && firstBadStep - lastLargeUpdate <= SHORTLY_BEFORE,
                                firstBadStep,
                                firstBadTensor < 0
                                        ? OptionalInt.empty()
                                        : OptionalInt.of(firstBadTensor),
                                seen.clippedShare(),
                                Double.NaN,
                                0)
                        .found(firstBad),
                List.of(first),
                now,
                seen,
                trial,
                inactive.shares());
    }

    @Override
    public double[] save() {
        SavedNumbers saved = new SavedNumbers();
        saved.put(stepsWithLargeUpdates, lastLargeUpdate, firstBadStep, firstBadTensor, lastStep);
        saved.put(skipped, lastSwing, lastTrial, forkSteps, silent, schedule.thinning());
        saved.put(travel).put(heldOut.save());
        saved.put(probes.size());
        probes.forEach(measured -> saved.put(measured.step(), measured.loss()));
        saved.put(byTrial.size());
        byTrial.values().forEach(saved::putVerdict);
        inactive.save(first.layers(), saved);
        curve.save(saved);
        spoken.save(saved);
        FirstBad.save(firstBad, saved);
        return saved.all();
    }

    /**
     * Goes on where a watch of the same run stopped. What is measured before the first step was
     * measured again by {@link #started}, on the same first weights.
     */
    @Override
    public void restore(double[] numbers) {
        SavedNumbers saved = new SavedNumbers(numbers);
        stepsWithLargeUpdates = (int) saved.next();
        lastLargeUpdate = (long) saved.next();
        firstBadStep = (long) saved.next();
        firstBadTensor = (int) saved.next();
        lastStep = (long) saved.next();
        skipped = (long) saved.next();
        lastSwing = (long) saved.next();
        lastTrial = (long) saved.next();
        forkSteps = (long) saved.next();
        silent = (long) saved.next();
        schedule.thinning((int) saved.next());
        saved.get(travel);
        heldOut.restore(saved.next());
        probes.clear();
        for (int left = (int) saved.next(); left > 0; left--) {
            probes.add(new Probe((long) saved.next(), saved.next()));
        }
        byTrial.clear();
        for (int left = (int) saved.next(); left > 0; left--) {
            Verdict verdict = saved.nextVerdict();
            byTrial.put(verdict.problem(), verdict);
        }
        inactive.restore(first.layers(), saved);
        curve.restore(saved);
        spoken.restore(saved);
        firstBad = FirstBad.restore(saved);
    }
}
