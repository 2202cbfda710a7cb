package org.evengrad.diagnosis;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.evengrad.diagnosis.Movement.Travel;
import org.evengrad.engine.network.BranchSignal;
import org.evengrad.engine.network.TimeSignal;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * Next to nothing of the signal reaches the first layer, or its weights stand still while others
 * move, or gradients are gone before they reach the time steps that a label is about. Silent on a
 * network that is trained or still learns: its gradients may be as small as they like.
 */
final class VanishingGradient implements Judge {
    private static final double TRAVEL_ERROR = 1e-2;

    /** Weights stand still if others move so much farther; else it is the rate's fault. */
    private static final double UNEVEN = 0.1;

    /** Of the gradients that are not zero. */
    private static final double BELOW_FLOOR = 0.5;

    /** Seen in fewer initializations than half, but in more than this share, it is a warning. */
    private static final double FRAGILE = 0.1;

    /** A branch that adds less than this share learns once it has grown. */
    private static final double CLOSED_BRANCH = 0.1;

    private static final int PARTS_OF_A_SEQUENCE = 4;

    /** What is harm depends on whether the optimizer rescales small gradients. */
    private record Limits(double error, double warn) {
        static final Limits PROPORTIONAL = new Limits(1e-3, 3e-2);
        static final Limits ADAPTIVE = new Limits(1e-5, 1e-3);

        static Limits of(OptimizerFamily family) {
            return family == OptimizerFamily.PROPORTIONAL ? PROPORTIONAL : ADAPTIVE;
        }
    }

    /** Below which total signal a network does not learn. */
    static double limit(TrainingPlan plan) {
        return Limits.of(OptimizerFamily.of(plan.optimizer())).error();
    }

    @Override
    public Optional<Verdict> judge(Observations run) {
        if (!Double.isFinite(run.losses().newest()) || run.learns()) {
            return Optional.empty();
        }
        Finding finding = new Finding();
        Optional<SignalPath> shrinks =
                run.progress().isBefore() ? beforeTraining(run, finding) : inTraining(run, finding);
        Optional<Travel> stillest = stillest(run);
        stillest.ifPresent(
                least ->
                        finding.add(
                                Severity.ERROR,
                                "leastTravel",
                                least.planned(),
                                TRAVEL_ERROR,
                                "the stillest weights travel "
                                        + Phrases.number(least.planned())
                                        + " of their size"));
        double below = run.movement().belowFloorShare();
        boolean rescued = shrinks.isEmpty() || below <= BELOW_FLOOR;
        if (!rescued) {
            finding.add(
                    Severity.ERROR,
                    "gradientsBelowEpsilon",
                    below,
                    BELOW_FLOOR,
                    Phrases.percent(below) + " of the gradients are too small to be rescaled");
        }
        Optional<TimeSignal> forgets = alongTime(run, finding);
        if (finding.isEmpty()) {
            return Optional.empty();
        }
        double remaining = run.losses().newest() / run.losses().nullLoss();
        finding.add(
                "lossOverNullLoss",
                remaining,
                LossHistory.TRAINED,
                "the loss is " + Phrases.number(remaining) + " of a constant prediction's");
        if (shrinks.isPresent() && !shrinks.get().blame().isEmpty()) {
            Blame blame = shrinks.get().blame();
            return Optional.of(
                    finding.verdict(
                            Verdict.VANISHING_GRADIENT,
                            blame.names(),
                            blame.cause(),
                            blame.why(),
                            Advice.againstShrinking(blame, run.subject())));
        }
        return Optional.of(
                stillest.map(least -> tooStill(run, finding, least))
                        .orElseGet(() -> tooShort(finding, forgets.orElseThrow())));
    }

    private static Verdict tooStill(Observations run, Finding finding, Travel least) {
        String layer = run.subject().tensors().get(least.tensor()).layer();
        return finding.verdict(
                Verdict.VANISHING_GRADIENT,
                List.of(layer),
                "unknown",
                "The gradient of " + layer + " is too small for the learning rate",
                run.subject().usesRelu()
                        ? List.of(Advice.HE, Advice.ADAM)
                        : List.of(Advice.RELU, Advice.ADAM));
    }

    private static Verdict tooShort(Finding finding, TimeSignal time) {
        return finding.verdict(
                Verdict.VANISHING_GRADIENT,
                List.of(time.layer()),
                AlongTime.cause(time),
                "Each time step of "
                        + time.layer()
                        + " multiplies the gradient by "
                        + Phrases.number(time.carriedGain())
                        + (time.gated() ? " by the gate, " : " by the activation's slope, ")
                        + Phrases.number(time.remainingGain())
                        + (time.gated() ? " by all else" : " by the recurrent weights"),
                time.gated()
                        ? List.of("nothing, unless what counts lies farther back than that")
                        : List.of(Advice.GATED, Advice.ORTHOGONAL));
    }

    /** The typical path, if the signal is lost in enough of the initializations. */
    private static Optional<SignalPath> beforeTraining(Observations run, Finding finding) {
        Limits limits = Limits.of(run.subject().family());
        // Where nothing arrives because all units of a layer are dead, that is what is to be said.
        List<SignalPath> alive =
                run.atStart().stream().filter(path -> !DeadUnits.closes(path)).toList();
        if (alive.isEmpty()) {
            return Optional.empty();
        }
        SignalPaths paths = new SignalPaths(alive);
        int n = run.atStart().size();
        boolean error = 2 * paths.below(limits.error()) >= n;
        boolean warn = 2 * paths.below(limits.warn()) >= n;
        boolean fragile = paths.below(limits.error()) >= FRAGILE * n;
        double limit = error || !warn ? limits.error() : limits.warn();
        boolean recovers = run.first().total() < limit && run.now().get().total() >= limits.warn();
        if (!error && !warn && !fragile || recovers) {
            return Optional.empty();
        }
        int k = paths.below(limit);
        SignalPath typical =
                error || warn
                        ? paths.typical()
                        : new SignalPaths(
                                        alive.stream()
                                                .filter(path -> path.total() < limits.error())
                                                .toList())
                                .typical();
        double total = typical.total();
        finding.add(
                        error ? Severity.ERROR : Severity.WARN,
                        "totalSignal",
                        total,
                        limit,
                        Phrases.number(total)
                                + " of the signal reaches the first layer in "
                                + k
                                + " of "
                                + n
                                + " initializations")
                .seen(k, n);
        return Optional.of(typical);
    }

    private static Optional<SignalPath> inTraining(Observations run, Finding finding) {
        Limits limits = Limits.of(run.subject().family());
        SignalPath now = run.now().get();
        boolean lost = now.logTotal() < run.first().logTotal();
        SignalPath worst = lost ? now : run.first();
        // Steps that kill units or drive them to their limits are what is to be said.
        boolean thrown =
                lost
                        && run.first().total() >= limits.warn()
                        && (DeadUnits.closes(now) || Saturation.isIn(now));
        if (thrown || !(worst.total() < limits.warn())) {
            return Optional.empty();
        }
        boolean error = worst.total() < limits.error();
        finding.add(
                error ? Severity.ERROR : Severity.WARN,
                "totalSignal",
                worst.total(),
                error ? limits.error() : limits.warn(),
                Phrases.number(worst.total()) + " of the signal reaches the first layer");
        return Optional.of(worst);
    }

    /** The tensor that stands still while others move. If none moves, it is the rate's fault. */
    private static Optional<Travel> stillest(Observations run) {
        if (run.subject().family() == OptimizerFamily.ADAPTIVE) {
            return Optional.empty();
        }
        Set<String> closed = new HashSet<>();
        for (BranchSignal branch : run.first().branches()) {
            if (branch.branchRatio() < CLOSED_BRANCH) {
                closed.addAll(branch.layers());
            }
        }
        double most = run.movement().most();
        return run.movement()
                .stillest(tensor -> !closed.contains(run.subject().tensors().get(tensor).layer()))
                .filter(
                        least ->
                                least.planned() < TRAVEL_ERROR
                                        && least.planned() < UNEVEN * most
                                        && most >= TRAVEL_ERROR);
    }

    /** The recurrent layer whose gradients reach back least. */
    private static Optional<TimeSignal> alongTime(Observations run, Finding finding) {
        Subject subject = run.subject();
        int window =
                Math.min(subject.inputSteps(), subject.truncation().orElse(subject.inputSteps()));
        boolean before = run.progress().isBefore();
        SignalPath path = before ? new SignalPaths(run.atStart()).typical() : run.first();
        for (int t = 0; t < path.alongTime().size(); t++) {
            TimeSignal time = path.alongTime().get(t);
            OptionalInt horizon = AlongTime.horizon(time);
            if (horizon.isPresent() && horizon.getAsInt() * PARTS_OF_A_SEQUENCE < window) {
                int layer = t;
                int k =
                        (int)
                                run.atStart().stream()
                                        .map(one -> AlongTime.horizon(one.alongTime().get(layer)))
                                        .filter(
                                                lag ->
                                                        lag.isPresent()
                                                                && lag.getAsInt()
                                                                                * PARTS_OF_A_SEQUENCE
                                                                        < window)
                                        .count();
                // Gates can learn to keep what counts; forgetting is what they are for.
                boolean lost = subject.outputSteps() == 1 && !time.gated();
                finding.add(
                                lost ? Severity.ERROR : Severity.NOTE,
                                "horizon",
                                horizon.getAsInt(),
                                (double) window / PARTS_OF_A_SEQUENCE,
                                "gradients of "
                                        + time.layer()
                                        + " are gone "
                                        + horizon.getAsInt()
                                        + " of "
                                        + window
                                        + " time steps back")
                        .seen(k, run.atStart().size());
                return Optional.of(time);
            }
        }
        return Optional.empty();
    }
}
