package org.evengrad.diagnosis;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.engine.network.LayerSignal.Kind;
import org.evengrad.engine.network.TimeSignal;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/** Signals or updates that grow until training breaks or gets nowhere. */
final class ExplodingGradient implements Judge {
    private static final int LARGE_UPDATE_STEPS = 10;
    private static final int FIRST_STEPS = 20;
    private static final double OUTPUT_EXPLODES = 1e4;

    /** Normalization lets signals grow by about 1.2 a layer unless there is a way around. */
    private static final double NORMALIZED_EXPLODES = 50;

    /** Features or targets of more than this size are the data's fault. */
    private static final double LARGE_DATA = 10;

    private static final double LARGE_TARGETS = 20;

    /** A loss that a few steps bring down to this share of the first one is no harm. */
    private static final double FALLS = 0.5;

    /** What breaks a run is put down to growth along time from here on. */
    private static final double GROWS_ALONG_TIME = 10;

    private static final double MOSTLY_CLIPPED = 0.5;

    @Override
    public Optional<Verdict> judge(Observations run) {
        Finding finding = new Finding();
        steps(run, finding);
        spike(run, finding);
        values(run, finding);
        boolean before = run.progress().isBefore();
        SignalPaths paths = new SignalPaths(run.atStart());
        SignalPath typical = before ? paths.typical() : run.first();
        double limit = limit(typical);
        boolean explodes = typical.total() > limit;
        // By itself it is a warning before the first step; later on the loss tells.
        if (explodes && (before || !finding.isEmpty()) && !run.learns()) {
            double total = typical.total();
            finding.add(
                            Severity.WARN,
                            "totalSignal",
                            total,
                            limit,
                            "the signal grows "
                                    + Phrases.number(total)
                                    + " times up to the first layer")
                    .seen(paths.above(limit), paths.count());
        }
        double most = finding.isEmpty() ? Observations.SIGNAL_EXPLODES : GROWS_ALONG_TIME;
        Optional<TimeSignal> growing = alongTime(typical, most);
        if (growing.isPresent() && (before || !finding.isEmpty()) && !run.learns()) {
            double growth = AlongTime.growth(growing.get());
            finding.add(
                    Severity.WARN,
                    "growthAlongTime",
                    growth,
                    most,
                    "gradients grow " + Phrases.number(growth) + " times along time");
        }
        if (finding.isEmpty()) {
            return Optional.empty();
        }
        if (run.movement().clippedShare() > MOSTLY_CLIPPED) {
            double clipped = run.movement().clippedShare();
            finding.add(
                    "clippedShare",
                    clipped,
                    MOSTLY_CLIPPED,
                    "clipping hides it in " + Phrases.percent(clipped) + " of the steps");
        }
        return Optional.of(verdict(run, finding, explodes ? typical.blame() : null, growing));
    }

    private static double limit(SignalPath path) {
        boolean normalized = path.layers().stream().anyMatch(l -> l.kind() == Kind.NORMALIZATION);
        return normalized && path.branches().isEmpty()
                ? NORMALIZED_EXPLODES
                : Observations.SIGNAL_EXPLODES;
    }

    private static Optional<TimeSignal> alongTime(SignalPath path, double most) {
        return path.alongTime().stream().filter(time -> AlongTime.growth(time) > most).findFirst();
    }

    /** What steps did, or dry ones. */
    private static void steps(Observations run, Finding finding) {
        Movement movement = run.movement();
        boolean broke = run.progress().diverged() || run.progress().isBefore();
        if (movement.firstBadStep() > 0 && broke && run.grewBeforeItBroke()) {
            finding.add(
                    harm(run),
                    "firstNonFiniteStep",
                    movement.firstBadStep(),
                    FIRST_STEPS,
                    "a value was no number at step " + movement.firstBadStep());
        }
        boolean rose =
                run.progress().isBefore()
                        // In so few steps a loss may rise a little and fall again.
                        ? !(run.losses().newest()
                                <= 2 * Math.max(run.losses().first(), run.losses().nullLoss()))
                        : run.losses().rose();
        if (movement.largeSteps() >= LARGE_UPDATE_STEPS && rose) {
            finding.add(
                    harm(run),
                    "stepsWithLargeUpdates",
                    movement.largeSteps(),
                    LARGE_UPDATE_STEPS,
                    movement.largeSteps()
                            + " steps moved weights by over 10%, and the loss rose to "
                            + Phrases.number(run.losses().newest()));
        }
    }

    /** What other orders of batches get over was bad luck. */
    private static Severity harm(Observations run) {
        return run.progress().isBefore() && run.learns() ? Severity.WARN : Severity.ERROR;
    }

    /** What dry steps threw the loss to. */
    private static void spike(Observations run, Finding finding) {
        double usual = Math.max(run.losses().first(), run.losses().zeroOutputsLoss());
        double worst = run.movement().worstLoss();
        if (worst > Observations.LOSS_EXPLODES * usual) {
            finding.add(
                    harm(run),
                    "worstLoss",
                    worst,
                    Observations.LOSS_EXPLODES * usual,
                    "within " + FIRST_STEPS + " steps the loss rises to " + Phrases.number(worst));
        }
    }

    /** What the network computes with its first weights. */
    private static void values(Observations run, Finding finding) {
        boolean getsNowhere =
                run.progress().isBefore()
                        ? !run.learns()
                        : run.losses().noBetterThanConstant() && !run.losses().stillLearning();
        boolean bySignal = run.first().total() > limit(run.first());
        if (!getsNowhere || run.subject().featureSize() > LARGE_DATA && !bySignal) {
            return;
        }
        double output = run.first().largestOutput();
        // An optimizer that rescales gradients may yet bring large weights under control.
        Severity severe =
                run.subject().family() == OptimizerFamily.ADAPTIVE ? Severity.WARN : Severity.ERROR;
        boolean falls =
                run.progress().isBefore() && run.losses().newest() < FALLS * run.losses().first();
        if (run.firstLossExplodes() && !falls) {
            finding.add(
                    // Large outputs alone are soon made small, as long as gradients are not.
                    bySignal || output > OUTPUT_EXPLODES ? severe : Severity.NOTE,
                    "firstLoss",
                    run.losses().first(),
                    Observations.LOSS_EXPLODES * run.losses().zeroOutputsLoss(),
                    "the first loss is " + Phrases.number(run.losses().first()));
        }
        if (output > OUTPUT_EXPLODES) {
            finding.add(
                    severe,
                    "largestOutput",
                    output,
                    OUTPUT_EXPLODES,
                    "a layer's output reaches " + Phrases.number(output));
        }
    }

    private static Verdict verdict(
            Observations run, Finding finding, Blame blame, Optional<TimeSignal> growing) {
        Subject subject = run.subject();
        if (blame != null && !blame.isEmpty()) {
            return finding.verdict(
                    Verdict.EXPLODING_GRADIENT,
                    blame.names(),
                    blame.cause(),
                    blame.why(),
                    Advice.againstGrowing(blame, subject));
        }
        if (growing.isPresent()) {
            TimeSignal time = growing.get();
            return finding.verdict(
                    Verdict.EXPLODING_GRADIENT,
                    List.of(time.layer()),
                    AlongTime.cause(time),
                    "Each time step of "
                            + time.layer()
                            + " multiplies the gradient by "
                            + Phrases.number(time.carriedGain() * time.remainingGain()),
                    List.of(Advice.ORTHOGONAL, Phrases.clip()));
        }
        if (subject.featureSize() > LARGE_DATA) {
            return byData(
                    finding,
                    "input-scale",
                    "The features are " + Phrases.number(subject.featureSize()) + " in size");
        }
        boolean largeTargets =
                subject.task() == Task.REGRESSION
                        && run.losses().zeroOutputsLoss() > LARGE_TARGETS * LARGE_TARGETS;
        if (largeTargets) {
            return byData(finding, "target-scale", "The targets are large");
        }
        if (!finding.has("firstNonFiniteStep")
                && !finding.has("stepsWithLargeUpdates")
                && !finding.has("worstLoss")) {
            return finding.verdict(
                    Verdict.EXPLODING_GRADIENT,
                    List.of(),
                    Blame.WEIGHTS,
                    "The first weights make the outputs large",
                    List.of(subject.usesRelu() ? Advice.HE : Advice.XAVIER));
        }
        return finding.verdict(
                Verdict.EXPLODING_GRADIENT,
                List.of(),
                "learning-rate",
                "Signals keep their size on the way back, so it is the steps that are too large,"
                        + " not the weights",
                List.of(Phrases.lowerRate(subject.optimizer()), Phrases.clip()));
    }

    private static Verdict byData(Finding finding, String cause, String why) {
        return finding.verdict(
                Verdict.EXPLODING_GRADIENT,
                List.of(),
                cause,
                why + ", so it is the data and not the weights that makes values large",
                List.of(Advice.STANDARDIZE));
    }
}
