package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.evengrad.config.LayerConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.diagnosis.OptimizerFamily;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * What helps against which problem, by its cause, the most promising first. The order is that of
 * what brought networks of points, images and sequences back, deep and narrow ones among them.
 */
final class Prescriptions {
    private static final double TENTH = 0.1;
    private static final double HUNDREDTH = 0.01;
    private static final double TENFOLD = 10;
    private static final double HUNDREDFOLD = 100;
    private static final int WIDER = 4;

    /** Adam's usual rate. */
    private static final double SMALL_RATE = 0.001;

    /** A rate below the usual one by less than this is as good. */
    private static final double SMALLER = 2;

    /** In fewer steps than this Adam needs larger ones to get anywhere. */
    private static final long FEW_STEPS = 2000;

    private static final double LARGE_RATE = 0.01;

    private static final String ONE_SOFTMAX = "one softmax, at the end";
    private static final String KEEPS_SIZE = "keeps signals at one size through all layers";
    private static final String GOES_AROUND = "lets signals go around layers";
    private static final String NO_DEAD_END = "never flat on both sides, and never dead";
    private static final String FITS = "keeps the size of signals behind this activation";
    private static final String RESCALES = "takes steps of one size, however small gradients are";
    private static final String ONE_SCALE = "features of one size";
    private static final String OVERSHOOTS = "steps overshoot";
    private static final String TOO_SMALL = "steps are too small for so few of them";
    private static final String KEEPS_STATE = "gates keep a state over many time steps";
    private static final String TAMES = "no single gradient throws the weights away";

    private final Configured configured;
    private final Changes changes;
    private final TrainingPlan plan;
    private final List<Patch> patches = new ArrayList<>();

    private Prescriptions(Configured configured, Changes changes) {
        this.configured = configured;
        this.changes = changes;
        plan = configured.plan();
    }

    /** Against one problem. */
    static List<Patch> against(Verdict verdict, Configured configured, Changes changes) {
        Prescriptions all = new Prescriptions(configured, changes);
        all.prescribe(verdict);
        return List.copyOf(all.patches);
    }

    /** Where nobody knows the problem. */
    static List<Patch> inGeneral(Configured configured, Changes changes) {
        Prescriptions all = new Prescriptions(configured, changes);
        all.general();
        return List.copyOf(all.patches);
    }

    /** What makes a sane configuration. */
    static Patch sane(Configured configured, Changes changes) {
        Prescriptions all = new Prescriptions(configured, changes);
        Stream<Optional<Edit>> edits =
                Stream.of(
                        changes.standardFeatures(ONE_SCALE),
                        changes.standardTargets("targets of one size"),
                        changes.activation("relu", "does not saturate"),
                        changes.initializer(configured.hasActivations() ? "he" : "xavier", FITS),
                        all.plainBiases(),
                        changes.gated(false, KEEPS_STATE),
                        changes.normalization("batch", KEEPS_SIZE),
                        changes.outputActivation("identity", "reaches all targets")
                                .filter(edit -> all.hasOutputActivation()),
                        changes.optimizer("adam", SMALL_RATE, RESCALES));
        return new Patch(edits.flatMap(Optional::stream).toList());
    }

    private Optional<Edit> plainBiases() {
        return changes.zeroBiases("no unit begins switched off");
    }

    private boolean hasOutputActivation() {
        return configured.config().flatMap(of -> of.model().output().activation()).isPresent();
    }

    private void add(Optional<Edit> edit) {
        add(List.of(edit));
    }

    private void add(Optional<Edit> one, Optional<Edit> other) {
        add(List.of(one, other));
    }

    private void add(List<Optional<Edit>> edits) {
        List<Edit> present = edits.stream().flatMap(Optional::stream).toList();
        if (!present.isEmpty()) {
            patches.add(new Patch(present));
        }
    }

    private void prescribe(Verdict verdict) {
        String cause = verdict.cause();
        switch (verdict.problem()) {
            case Verdict.VANISHING_GRADIENT -> vanishing(cause);
            case Verdict.EXPLODING_GRADIENT -> exploding(cause);
            case Verdict.NON_FINITE -> nonFinite(cause);
            case Verdict.DEAD_UNITS -> dead(cause);
            case Verdict.SATURATION -> saturated(cause);
            case Verdict.LOSS_MISMATCH -> mismatch(cause, verdict.layers());
            case Verdict.INPUT_SCALE -> scale(cause);
            case Verdict.LEARNING_RATE_TOO_HIGH, Verdict.OSCILLATING_LOSS ->
                    tooHigh(verdict.severity() == Severity.ERROR);
            case Verdict.LEARNING_RATE_TOO_LOW -> tooLow();
            case Verdict.SLOW_CONVERGENCE -> slow(cause);
            case Verdict.FLAT_LOSS -> flat(cause);
            default -> general();
        }
    }

    private void vanishing(String cause) {
        if (cause.equals("horizon")
                || cause.equals("recurrent-weights")
                || cause.equals("gates")
                || !configured.hasActivations()) {
            alongTime();
            return;
        }
        switch (cause) {
            case "weights" -> {
                add(fittingWeights());
                allAtOnce(false);
                neverFlat();
            }
            case "too-narrow" -> {
                neverFlat();
                allAtOnce(true);
            }
            case "saturation" -> {
                add(fittingWeights());
                add(batch());
                allAtOnce(true);
                neverFlat();
            }
            case "activation-and-weights" -> {
                rectified();
                allAtOnce(false);
                neverFlat();
            }
            default -> {
                neverFlat();
                add(batch());
                allAtOnce(true);
            }
        }
        add(changes.residual(GOES_AROUND));
        add(batch());
        rectified();
        add(adam());
        add(wider());
    }

    private void exploding(String cause) {
        switch (cause) {
            case "hidden-by-clipping" -> {
                add(changes.onlyNonfinite("clipping hides how large steps are"));
                add(
                        changes.onlyNonfinite("clipping hides how large steps are"),
                        changes.rate(TENTH, OVERSHOOTS));
                tooHigh(false);
            }
            case "spikes" -> {
                add(changes.clip(TAMES));
                tooHigh(false);
            }
            case "input-scale" -> scale("features");
            case "target-scale" -> scale("targets");
            case "residual-branches" -> {
                add(changes.initializer("fixup", "branches begin by adding nothing"));
                add(batch());
                tooHigh(false);
            }
            case "learning-rate" -> {
                runaway();
                tooHigh(true);
            }
            default -> {
                runaway();
                if (!configured.hasActivations()) {
                    add(changes.clip(TAMES));
                    add(changes.initializer("orthogonal", "keeps the size of states along time"));
                    alongTime();
                    return;
                }
                allAtOnce(false);
                add(fittingWeights());
                add(batch());
                neverFlat();
                add(changes.clip(TAMES));
                add(adam());
            }
        }
    }

    private void nonFinite(String cause) {
        if (cause.equals("log-of-zero")) {
            add(changes.matchLoss(plan.loss(), "bounds what is predicted"));
            if (plan.network().outputs() == 1) {
                add(changes.loss(Loss.BINARY_CROSS_ENTROPY, "bounds what is predicted"));
            }
            add(changes.loss(Loss.CROSS_ENTROPY, "bounds what is predicted"));
            if (!patches.isEmpty()) {
                return;
            }
        }
        runaway();
        add(changes.rate(HUNDREDTH, OVERSHOOTS));
        allAtOnce(false);
        tooHigh(true);
        add(fittingWeights());
        add(batch());
    }

    private void dead(String cause) {
        switch (cause) {
            case "bias" -> {
                add(plainBiases());
                add(changes.activation("leaky-relu", "cannot die"));
                add(batch());
            }
            case "input-scale" -> scale("features");
            case "learning-rate" -> {
                tooHigh(true);
                add(changes.activation("leaky-relu", "cannot die"));
            }
            case "too-narrow" -> {
                neverFlat();
                allAtOnce(true);
                add(changes.residual(GOES_AROUND));
                add(batch());
                add(wider());
            }
            default -> {
                add(fittingWeights());
                allAtOnce(false);
                neverFlat();
                add(batch());
                add(changes.activation("leaky-relu", "cannot die"));
            }
        }
    }

    private void saturated(String cause) {
        switch (cause) {
            case "input-scale" -> scale("features");
            case "learning-rate" -> tooHigh(true);
            default -> {
                add(fittingWeights());
                add(batch());
                neverFlat();
                rectified();
            }
        }
    }

    private void mismatch(String cause, List<String> layers) {
        switch (cause) {
            case "one-unit-softmax", "softmax-on-several-labels" ->
                    add(
                            changes.loss(
                                    Loss.BINARY_CROSS_ENTROPY, "brings a sigmoid for each answer"),
                            changes.matchLoss(
                                    Loss.BINARY_CROSS_ENTROPY, "a sigmoid for each answer"));
            case "sigmoid-with-classes" ->
                    add(
                            changes.loss(Loss.CROSS_ENTROPY, "for one class of several"),
                            changes.matchLoss(
                                    Loss.CROSS_ENTROPY, "a softmax, as the loss expects"));
            case "sigmoid-with-cross-entropy" -> {
                add(changes.matchLoss(Loss.CROSS_ENTROPY, "a softmax, as the loss expects"));
                add(changes.loss(Loss.BINARY_CROSS_ENTROPY, "fits a sigmoid for each class"));
            }
            case "targets-out-of-range" -> {
                add(changes.outputActivation("identity", "reaches all targets"));
                add(
                        changes.outputActivation("identity", "reaches all targets"),
                        changes.standardTargets("targets of one size"));
            }
            default -> {
                add(changes.activationOf(layers, "identity", ONE_SOFTMAX));
                add(changes.activationOf(layers, "relu", ONE_SOFTMAX));
                add(changes.activation("relu", ONE_SOFTMAX));
            }
        }
    }

    private void scale(String cause) {
        if (cause.equals("targets")) {
            add(changes.standardTargets("targets of one size, as the first outputs are"));
            add(
                    changes.standardTargets("targets of one size, as the first outputs are"),
                    changes.standardFeatures(ONE_SCALE));
            add(changes.optimizer("adam", TENTH, "steps large enough to reach the targets"));
            add(changes.loss(Loss.HUBER, "gradients that do not grow with the error"));
            add(changes.rate(HUNDREDTH, "gradients grow with the targets"));
            return;
        }
        add(changes.standardFeatures(ONE_SCALE));
        if (configured.takesScaledFeatures() && configured.hasActivations()) {
            List<Optional<Edit>> all =
                    new ArrayList<>(List.of(changes.standardFeatures(ONE_SCALE)));
            all.addAll(together(configured.isBounded()));
            add(all);
        }
        add(batch());
        add(changes.rate(HUNDREDTH, "gradients grow with the features"));
        add(adam());
    }

    private void tooHigh(boolean far) {
        if (far) {
            add(changes.rate(HUNDREDTH, OVERSHOOTS));
        }
        add(changes.rate(TENTH, OVERSHOOTS));
        add(changes.optimizer("adam", SMALL_RATE, RESCALES));
        add(changes.clip(TAMES));
        if (!far) {
            add(changes.rate(HUNDREDTH, OVERSHOOTS));
        }
        add(changes.scheduler("cosine", "lets steps get smaller"));
    }

    private void tooLow() {
        add(changes.rate(TENFOLD, TOO_SMALL));
        add(changes.rate(HUNDREDFOLD, TOO_SMALL));
        keptStates();
        add(adam());
        add(batch());
        add(longer());
    }

    private void slow(String cause) {
        switch (cause) {
            case "learning-rate" -> tooLow();
            case "budget" -> {
                add(changes.rate(TENFOLD, TOO_SMALL));
                add(longer());
                add(adam());
                add(batch());
                neverFlat();
            }
            default -> {
                add(batch());
                add(adam());
                neverFlat();
                add(changes.rate(TENFOLD, TOO_SMALL));
                add(changes.residual(GOES_AROUND));
                add(longer());
            }
        }
    }

    private void flat(String cause) {
        if (cause.equals("imbalance")) {
            add(changes.balancedClasses("rare classes count as much"));
        }
        add(changes.gated(false, KEEPS_STATE));
        general();
    }

    private void general() {
        add(adam());
        add(batch());
        neverFlat();
        add(changes.standardFeatures(ONE_SCALE));
        add(changes.rate(TENFOLD, TOO_SMALL));
        add(changes.rate(TENTH, OVERSHOOTS));
        add(longer());
    }

    /** Against what gets lost or grows along time. */
    private void alongTime() {
        keptStates();
        add(changes.gated(false, KEEPS_STATE));
        add(changes.gated(true, KEEPS_STATE));
        add(changes.standardFeatures(ONE_SCALE));
        add(changes.initializer("orthogonal", "keeps the size of states along time"));
        add(changes.gated(false, KEEPS_STATE), adam());
        add(changes.clip(TAMES));
        add(changes.rate(TENFOLD, TOO_SMALL));
    }

    /**
     * A recurrent layer without gates that remembers from its first step on. One that forgets
     * learns little from larger steps, whatever made somebody propose them.
     */
    private void keptStates() {
        Optional<Edit> identity = changes.initializer("irnn", "states are kept as they are");
        if (configured.hasSimpleRecurrence() && identity.isPresent()) {
            // States that are kept are swamped by features that are not of one size.
            Optional<Edit> steps =
                    rescales() ? Optional.empty() : changes.optimizer("adam", SMALL_RATE, RESCALES);
            add(List.of(changes.standardFeatures(ONE_SCALE), identity, steps));
        }
    }

    /** An activation whose outputs grow faster than its inputs is the cause of what follows. */
    private void runaway() {
        if (configured.isRunaway()) {
            neverFlat();
            allAtOnce(true);
            rectified();
        }
    }

    /** An activation without flat ends. */
    private void neverFlat() {
        behindWeights("elu", NO_DEAD_END);
    }

    private void rectified() {
        behindWeights("relu", "does not saturate");
    }

    private void behindWeights(String activation, String reason) {
        if (configured.hasActivations() && changes.has(activation, "he")) {
            add(changes.activation(activation, reason), changes.initializer("he", FITS));
        }
    }

    /**
     * Deep networks learn with the right weights and steps together or not at all: neither shows
     * alone what it is good for. What is not needed is dropped later.
     *
     * @param flat whether the activation is to blame as well
     */
    private void allAtOnce(boolean flat) {
        add(together(flat));
    }

    private List<Optional<Edit>> together(boolean flat) {
        if (!changes.has("elu", "he")) {
            return List.of();
        }
        boolean another =
                flat
                        || configured.isBounded()
                        || configured.isRunaway()
                        || configured.diesByChance();
        return List.of(
                another ? changes.activation("elu", NO_DEAD_END) : Optional.empty(),
                changes.initializer(configured.hasActivations() ? "he" : "xavier", FITS),
                fittingSteps());
    }

    /** Adam at a rate that suits the network's size; the rate alone where steps are rescaled. */
    private Optional<Edit> fittingSteps() {
        double rate = configured.adamRate();
        if (!rescales()) {
            return changes.optimizer("adam", rate, RESCALES);
        }
        return plan.optimizer().learningRate() * SMALLER <= rate
                ? changes.rateOf(rate, "steps are too small for so small a network")
                : Optional.empty();
    }

    private boolean rescales() {
        return OptimizerFamily.of(plan.optimizer()) == OptimizerFamily.ADAPTIVE;
    }

    /** The first weights that suit the activation. */
    private Optional<Edit> fittingWeights() {
        return changes.initializer(
                configured.isBounded() || !configured.hasActivations() ? "xavier" : "he", FITS);
    }

    private Optional<Edit> batch() {
        return changes.normalization("batch", KEEPS_SIZE);
    }

    private Optional<Edit> adam() {
        return changes.optimizer(
                "adam", plan.horizon().steps() < FEW_STEPS ? LARGE_RATE : SMALL_RATE, RESCALES);
    }

    private Optional<Edit> wider() {
        return configured.hasLayer(layer -> layer instanceof LayerConfig.Dense)
                ? changes.wider(WIDER, "with more units chance loses less of a signal")
                : Optional.empty();
    }

    private Optional<Edit> longer() {
        return changes.longer("the loss still falls at the end");
    }
}
