package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * Units that pass nothing back on any example, so that nothing can wake them. Gradients that are
 * zero are no evidence by themselves: ReLU makes many, and so do symbols. Activations that are flat
 * at both ends are a matter of saturation.
 */
final class DeadUnits implements Judge {
    private static final double DEAD_LAYER = 0.9;
    private static final double HALF_DEAD_LAYER = 0.5;

    /** Features of more than this size are the data's fault. */
    private static final double LARGE_DATA = 10;

    /** Of the initializations: above it a network is broken, and above the other one fragile. */
    private static final double BROKEN = 0.5;

    private static final double FRAGILE = 0.05;

    @Override
    public Optional<Verdict> judge(Observations run) {
        boolean broke = !run.progress().isBefore() && !Double.isFinite(run.losses().newest());
        if (run.learns() || broke) {
            return Optional.empty();
        }
        return run.progress().isBefore() ? beforeTraining(run) : inTraining(run);
    }

    private static Optional<Verdict> beforeTraining(Observations run) {
        SignalPaths paths = new SignalPaths(run.atStart());
        List<LayerSignal> layers = run.first().layers();
        Finding finding = new Finding();
        List<String> names = new ArrayList<>();
        int n = paths.count();
        int closed = (int) run.atStart().stream().filter(DeadUnits::closes).count();
        double share = (double) closed / n;
        if (share >= FRAGILE) {
            Severity severity = share >= BROKEN ? Severity.ERROR : Severity.WARN;
            finding.add(
                            severity,
                            "deadLayerShare",
                            share,
                            severity == Severity.ERROR ? BROKEN : FRAGILE,
                            "in "
                                    + closed
                                    + " of "
                                    + n
                                    + " initializations a layer passes nothing on any example")
                    .seen(closed, n);
            for (int i = 0; i < layers.size(); i++) {
                int layer = i;
                boolean first = run.atStart().stream().anyMatch(path -> firstDead(path) == layer);
                if (first) {
                    names.add(layers.get(i).layer());
                }
            }
        }
        Set<String> inBranches = inBranches(run.first());
        for (int i = 0; i < layers.size() && finding.isEmpty(); i++) {
            // Signals go around what is dead in a branch.
            if (!inBranches.contains(layers.get(i).layer())) {
                double dead = paths.of(i, DeadUnits::deadShare).median();
                partly(finding, names, layers.get(i), dead, "");
            }
            if (!finding.isEmpty()) {
                int layer = i;
                finding.seen(
                        (int)
                                run.atStart().stream()
                                        .filter(
                                                path ->
                                                        deadShare(path.layers().get(layer))
                                                                >= HALF_DEAD_LAYER)
                                        .count(),
                        n);
            }
        }
        return finding.isEmpty()
                ? Optional.empty()
                : Optional.of(verdict(run, finding, names, false));
    }

    private static Optional<Verdict> inTraining(Observations run) {
        Finding finding = new Finding();
        List<String> names = new ArrayList<>();
        int closed = firstDead(run.now().get());
        if (closed >= 0) {
            String layer = run.first().layers().get(closed).layer();
            names.add(layer);
            finding.add(
                    Severity.ERROR,
                    "deadShare",
                    1,
                    DEAD_LAYER,
                    "all units of " + layer + " are dead, and nothing passes");
            return Optional.of(verdict(run, finding, names, !closes(run.first())));
        }
        int rank = run.subject().outputRank();
        for (LayerSignal layer : run.first().layers()) {
            Double dead = run.inactiveShare().get(layer.layer());
            if (dead == null || !isHidden(layer)) {
                continue;
            }
            double live = Math.rint((1 - dead) * layer.width());
            if (live < rank && layer.width() >= rank && dead > 0) {
                names.add(layer.layer());
                finding.add(
                        Severity.ERROR,
                        "liveUnits",
                        live,
                        rank,
                        Phrases.number(live) + " units of " + layer.layer() + " are alive");
            } else {
                partly(finding, names, layer, dead, " through an epoch");
            }
        }
        return finding.isEmpty()
                ? Optional.empty()
                : Optional.of(verdict(run, finding, names, true));
    }

    private static void partly(
            Finding finding, List<String> names, LayerSignal layer, double dead, String when) {
        if (dead >= HALF_DEAD_LAYER) {
            boolean error = dead >= DEAD_LAYER;
            names.add(layer.layer());
            finding.add(
                    error ? Severity.ERROR : Severity.WARN,
                    finding.has("deadShare") ? "deadShare." + layer.layer() : "deadShare",
                    dead,
                    error ? DEAD_LAYER : HALF_DEAD_LAYER,
                    Phrases.percent(dead)
                            + " of the units of "
                            + layer.layer()
                            + " are dead"
                            + when);
        }
    }

    private static Verdict verdict(
            Observations run, Finding finding, List<String> names, boolean later) {
        Subject subject = run.subject();
        if (names.stream().anyMatch(subject.pushedDown()::contains)) {
            return finding.verdict(
                    Verdict.DEAD_UNITS,
                    names,
                    "bias",
                    "Biases begin below zero and keep units from ever being active",
                    List.of(Advice.ZERO_BIAS, Advice.LEAKY));
        }
        if (later && subject.featureSize() > LARGE_DATA) {
            return finding.verdict(
                    Verdict.DEAD_UNITS,
                    names,
                    Verdict.INPUT_SCALE,
                    "Features of a size of "
                            + Phrases.number(subject.featureSize())
                            + " make steps so large that units died",
                    List.of(Advice.STANDARDIZE));
        }
        if (later) {
            return finding.verdict(
                    Verdict.DEAD_UNITS,
                    names,
                    "learning-rate",
                    "Units that were alive died on the way: a step threw them where their"
                            + " activation is flat",
                    List.of(Phrases.lowerRate(subject.optimizer()), Advice.LEAKY, Phrases.clip()));
        }
        if (run.first().sumOfInverseWidths() > Blame.NARROW) {
            return finding.verdict(
                    Verdict.DEAD_UNITS,
                    names,
                    Blame.TOO_NARROW,
                    "Of so few units all can be dead by chance: the sum of 1/width is "
                            + Phrases.number(run.first().sumOfInverseWidths())
                            + Phrases.beside(Blame.NARROW),
                    List.of(Advice.WIDER, Advice.LEAKY));
        }
        return finding.verdict(
                Verdict.DEAD_UNITS,
                names,
                Blame.WEIGHTS,
                "The first weights keep units from ever being active",
                List.of(Advice.HE, Advice.LEAKY));
    }

    /** Whether a layer of which all units are dead lets nothing through. */
    static boolean closes(SignalPath path) {
        return firstDead(path) >= 0;
    }

    private static int firstDead(SignalPath path) {
        Set<String> inBranches = inBranches(path);
        for (int i = 0; i < path.layers().size(); i++) {
            LayerSignal layer = path.layers().get(i);
            if (isDead(layer) && !inBranches.contains(layer.layer())) {
                return i;
            }
        }
        return -1;
    }

    /** Layers that signals can go around. */
    private static Set<String> inBranches(SignalPath path) {
        return path.branches().stream()
                .flatMap(branch -> branch.layers().stream())
                .collect(Collectors.toSet());
    }

    private static boolean isDead(LayerSignal layer) {
        return deadShare(layer) == 1;
    }

    /** Of an activation that is flat on one side only: one that saturates has its own judge. */
    private static double deadShare(LayerSignal layer) {
        return isHidden(layer) && layer.saturatedShare() < layer.deadShare()
                ? layer.deadShare()
                : 0;
    }

    private static boolean isHidden(LayerSignal layer) {
        return switch (layer.kind()) {
            case WEIGHTS, NORMALIZATION -> true;
            case RECURRENT, EMBEDDING, OUTPUT -> false;
        };
    }
}
