package org.evengrad;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.evengrad.config.HealthConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.TrainingConfig;
import org.evengrad.diagnosis.HealthWatch;
import org.evengrad.engine.dl4j.WatchedModel;
import org.evengrad.engine.network.BroughtModel;
import org.evengrad.engine.plan.BroughtStrategies;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.plan.TrainingStrategies;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepWatch;
import org.evengrad.engine.train.Ending;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.spi.Horizon;

/**
 * Watches the gradients of a network that DL4J's own {@code fit} trains, and says when they vanish,
 * explode or are no numbers: in which layers, why, and what to change.
 *
 * <pre>{@code
 * network.setListeners(
 *         new GradientHealthListener(verdict -> log.warn("{}", verdict)).failOn(NON_FINITE));
 * network.fit(iterator, 10);
 * }</pre>
 *
 * <p>It changes nothing: parameters, random numbers, threads and workspaces are those of a {@code
 * fit} without it. Measures and thresholds are those of {@link Trainer}; what it can say in a
 * {@code fit} is this:
 *
 * <table>
 * <caption>Verdicts</caption>
 * <tr><th>verdict</th><th>when</th><th>what {@code failOn} keeps</th></tr>
 * <tr><td>{@code non-finite}</td><td>in the step, before the update</td>
 *     <td>the weights from before the step</td></tr>
 * <tr><td>{@code exploding-gradient}</td>
 *     <td>together with {@code non-finite}; after each tenth of the planned steps; at the end of an
 *     epoch</td><td>the weights after the step</td></tr>
 * <tr><td>{@code vanishing-gradient}, {@code dead-units}, {@code saturation}</td>
 *     <td>after each tenth of the planned steps; at the end of an epoch</td>
 *     <td>the weights after the step</td></tr>
 * <tr><td>{@code loss-mismatch}, {@code input-scale}, {@code learning-rate-too-low}, {@code
 *     slow-convergence}, {@code flat-loss}</td>
 *     <td>as above, as warnings or notes; the last two not in the first 200 steps</td>
 *     <td>none of them ends {@code fit}</td></tr>
 * </table>
 *
 * <p>Nothing is said of vanishing gradients before the first tenth of the planned steps: a network
 * that has not begun to learn looks the same. A verdict is passed on once, and once more if it gets
 * worse. A listener cannot skip a step, scale a gradient or go back: {@link Trainer} can.
 *
 * <p>For a {@code MultiLayerNetwork} or {@code ComputationGraph} of type {@code FLOAT} and one
 * thread: not for {@code ParallelWrapper}. For another network it begins anew. It needs the plugin
 * of the network's updater, as {@link Trainer} does, to know whether that rescales small gradients.
 */
public final class GradientHealthListener extends BaseTrainingListener {
    private static final long PLANNED_STEPS = 1000;
    private static final int LOOKS = 10;
    private static final int MOST_LOOKS = 100;
    private static final long SEED = 42;

    private final Consumer<Verdict> told;
    private final Set<String> failing = new HashSet<>();
    private long planned = PLANNED_STEPS;
    private Optional<Evengrad> installed = Optional.empty();

    private WatchedModel watched;
    private HealthWatch health;
    private StepWatch steps;
    private StepRecord record;
    private boolean open;
    private boolean counted;
    private long done;
    private long stopped;
    private long looked;
    private final Map<String, Verdict> spoken = new HashMap<>();

    /**
     * A listener for one network.
     *
     * @param verdicts is told what is the matter, in the thread that trains
     */
    public GradientHealthListener(Consumer<Verdict> verdicts) {
        told = verdicts;
    }

    /**
     * Ends {@code fit} with an {@link UnhealthyTrainingException} as soon as one of these problems
     * is found with the severity error. The network can be used afterwards; an iterator that was in
     * use must be reset.
     *
     * @param problems such as {@link Verdict#NON_FINITE}
     * @throws IllegalArgumentException if no verdict that can be an error has such a name
     */
    public GradientHealthListener failOn(String... problems) {
        for (String problem : problems) {
            if (!Verdict.GRADIENT_PROBLEMS.contains(problem)) {
                throw new IllegalArgumentException(
                        "no verdict that can be an error has the name '"
                                + problem
                                + "'; there are "
                                + String.join(
                                        ", ",
                                        Verdict.GRADIENT_PROBLEMS.stream().sorted().toList()));
            }
            failing.add(problem);
        }
        return this;
    }

    /**
     * How many steps {@code fit} is going to take; 1000 without it. After each tenth of them the
     * network's health is looked at.
     *
     * @param count at least 1
     */
    public GradientHealthListener plannedSteps(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("planned steps: " + count + " is less than 1");
        }
        planned = count;
        return this;
    }

    /** Which strategies are installed; without it those on the class path. */
    public GradientHealthListener strategies(Evengrad evengrad) {
        installed = Optional.of(evengrad);
        return this;
    }

    /**
     * Judges the network as it is now. Verdicts that are new are passed on as well; nothing is
     * thrown.
     *
     * @return all that stands now, the worst first; empty before the first step
     */
    public List<Verdict> verdicts() {
        if (watched == null) {
            return List.of();
        }
        List<Verdict> now = judge();
        now.stream().filter(this::isNew).forEach(this::tell);
        return now;
    }

    /** Called before {@link #onGradientCalculation}, while a graph still has its targets. */
    @Override
    public void onBackwardPass(Model model) {
        if (!isWatched(model) && WatchedModel.isTraining(model)) {
            WatchedModel.outsideOfWorkspaces(() -> start(model));
        }
    }

    private boolean isWatched(Model model) {
        return watched != null && watched.isOf(model);
    }

    @Override
    public void onGradientCalculation(Model model) {
        if (!isWatched(model)) {
            return;
        }
        int rows = model.batchSize();
        // DL4J leaves the sum over the examples, and divides in its updater.
        steps.gradient(done + 1, watched.epochs() + 1, rows, rows, model.score(), record);
        open = true;
        counted = false;
        if (broken() && isNew(Verdict.NON_FINITE, Severity.ERROR)
                || !Double.isFinite(record.loss()) && isNew(Verdict.NON_FINITE, Severity.WARN)) {
            counted = true;
            WatchedModel.outsideOfWorkspaces(() -> health.stepped(record));
            look();
        } else if (broken() && failing.contains(Verdict.NON_FINITE)) {
            fail(spoken.get(Verdict.NON_FINITE));
        }
    }

    private void start(Model model) {
        watched = WatchedModel.of(model);
        BroughtModel twin = watched.twin();
        Loss loss = twin.loss().orElse(Loss.MSE);
        TrainingStrategies strategies =
                new BroughtStrategies(
                                installed.orElseGet(Evengrad::create).strategies(),
                                twin.settings(),
                                Path.of("network"))
                        .unless(Optional.empty(), Optional.empty(), Optional.of(List.of()));
        health = new HealthWatch();
        health.started(
                new TrainingPlan(
                        "network",
                        SEED,
                        1,
                        Optional.empty(),
                        watched.firstBatch(loss),
                        twin.network(),
                        loss,
                        BroughtStrategies.penalties(twin.settings().tensors()),
                        strategies,
                        new Horizon(planned, planned),
                        TrainingConfig.forEpochs(1),
                        HealthConfig.DEFAULTS,
                        Optional.empty(),
                        twin.settings().notes()));
        steps = new StepWatch(twin.network());
        record = new StepRecord(twin.network().tensors().size(), 0);
        done = 0;
        stopped = 0;
        looked = 0;
        spoken.clear();
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        if (!open || !isWatched(model)) {
            return;
        }
        open = false;
        steps.updated(record);
        done++;
        if (!counted) {
            WatchedModel.outsideOfWorkspaces(() -> health.stepped(record));
        }
        if (done % Math.max(1, planned / LOOKS) == 0) {
            look();
        }
    }

    @Override
    public void onEpochEnd(Model model) {
        if (isWatched(model) && hasBegun() && done - looked >= Math.max(1, planned / MOST_LOOKS)) {
            look();
        }
    }

    /** Passes on what is new, and ends training if that was asked for. */
    private void look() {
        looked = done;
        List<Verdict> fresh =
                judge().stream()
                        .filter(this::isNew)
                        .filter(
                                verdict ->
                                        hasBegun()
                                                || !verdict.problem()
                                                        .equals(Verdict.VANISHING_GRADIENT))
                        .toList();
        fresh.forEach(this::tell);
        fresh.stream()
                .filter(verdict -> verdict.severity() == Severity.ERROR)
                .filter(verdict -> failing.contains(verdict.problem()))
                .findFirst()
                .ifPresent(this::fail);
    }

    private List<Verdict> judge() {
        boolean fails = failing.contains(Verdict.NON_FINITE);
        Ending ending =
                new Ending(
                        broken() ? Reason.DIVERGED : Reason.COMPLETED,
                        record.step(),
                        stopped + (open && broken() && fails ? 1 : 0),
                        broken()
                                ? Optional.of(
                                        fails
                                                ? "training was ended before that step's update"
                                                : "the update writes it into the weights")
                                : Optional.empty());
        List<List<Verdict>> judged = new ArrayList<>();
        WatchedModel.outsideOfWorkspaces(() -> judged.add(health.judge(ending)));
        return judged.get(0).stream()
                .sorted(Comparator.comparing(Verdict::severity).reversed())
                .toList();
    }

    /** Whether so much of the plan is done that a network which stands still is ill. */
    private boolean hasBegun() {
        return done >= Math.max(1, planned / LOOKS);
    }

    /** Whether the gradient of the newest step has a NaN or an infinity. */
    private boolean broken() {
        return record.firstNonFiniteTensor() >= 0;
    }

    private boolean isNew(Verdict verdict) {
        return isNew(verdict.problem(), verdict.severity());
    }

    private boolean isNew(String problem, Severity severity) {
        Verdict before = spoken.get(problem);
        return before == null || before.severity().compareTo(severity) < 0;
    }

    private void tell(Verdict verdict) {
        spoken.put(verdict.problem(), verdict);
        told.accept(verdict);
    }

    private void fail(Verdict verdict) {
        if (open) {
            open = false;
            stopped++;
        }
        watched.leaveFit();
        throw new UnhealthyTrainingException(verdict, record.step());
    }
}
