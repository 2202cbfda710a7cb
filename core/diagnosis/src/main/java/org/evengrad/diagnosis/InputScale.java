package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.diagnosis.DataFacts.Column;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.LayerSignal.Kind;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * Features or targets of a size that networks do not learn well from. Features alone are worth a
 * note: only a first layer that they drive out of its range makes them harmful.
 */
final class InputScale implements Judge {
    private static final double MEAN_OVER_DEVIATION = 10;
    private static final double SMALLEST_DEVIATION = 1e-2;
    private static final double LARGEST_DEVIATION = 1e2;
    private static final double DEVIATION_RATIO = 100;
    private static final double LARGEST_PRE_ACTIVATION = 10;

    /** As a root mean square: what pixels from 0 to 255 have, and scaled features never. */
    private static final double LARGE_FEATURES = 10;

    private static final double HALF = 0.5;
    private static final double SMALLEST_TARGET = 0.05;
    private static final double LARGEST_TARGET = 20;
    private static final double LOSS_OVER_VARIANCE = 10;

    @Override
    public Optional<Verdict> judge(Observations run) {
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        List<String> facts = new ArrayList<>();
        features(run.subject().data().features(), evidence, facts);
        double size = run.subject().featureSize();
        if (facts.isEmpty()
                && size > LARGE_FEATURES
                && !run.subject().data().features().isEmpty()) {
            // By itself it is nothing to speak of; the first layer decides.
            Map<String, Evidence> harmful = new LinkedHashMap<>();
            List<String> how = new ArrayList<>();
            if (harm(run, run.first().layers().get(0), harmful, how) != Severity.NOTE) {
                say("featureSize", size, LARGE_FEATURES, evidence);
                facts.add(
                        "the features have a root mean square of "
                                + Phrases.number(size)
                                + Phrases.beside(LARGE_FEATURES));
            }
        }
        boolean features = !facts.isEmpty();
        Severity severity = Severity.NOTE;
        List<String> layers = List.of();
        if (features) {
            LayerSignal first = run.first().layers().get(0);
            Severity harm = harm(run, first, evidence, facts);
            if (harm != Severity.NOTE) {
                layers = List.of(first.layer());
                severity = harm;
            }
        }
        boolean targets = targets(run, evidence, facts);
        if (targets) {
            severity = Severity.ERROR;
        }
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        // What came to be learned was no harm.
        if (run.losses().trained()) {
            severity = Severity.NOTE;
        }
        return Optional.of(
                new Verdict(
                        Verdict.INPUT_SCALE,
                        severity,
                        layers,
                        targets ? "targets" : "features",
                        evidence,
                        new Seeds(1, 1),
                        Phrases.sentence(facts),
                        targets
                                ? "The loss and its gradient grow with the size of the targets; the"
                                        + " network is not the cause"
                                : "The first layer multiplies what it is given: its sums are as far"
                                        + " from 0 as its inputs are",
                        List.of(
                                targets
                                        ? "data.normalize-targets = standard; else scale the"
                                              + " targets to mean 0 and standard deviation 1 before"
                                              + " training, and scale predictions back"
                                        : "data.normalize = standard for csv; else scale each"
                                                + " feature to mean 0 and standard deviation 1"
                                                + " (Java: NormalizerStandardize)")));
    }

    private static void features(
            List<Column> features, Map<String, Evidence> evidence, List<String> facts) {
        largest(features, column -> Math.abs(column.mean()) / column.deviation())
                .filter(c -> Math.abs(c.mean()) > MEAN_OVER_DEVIATION * c.deviation())
                .ifPresent(
                        column -> {
                            double ratio = Math.abs(column.mean()) / column.deviation();
                            say("meanOverDeviation", ratio, MEAN_OVER_DEVIATION, evidence);
                            facts.add(
                                    "the mean of "
                                            + column.name()
                                            + " is "
                                            + Phrases.number(ratio)
                                            + " of its standard deviations"
                                            + Phrases.beside(MEAN_OVER_DEVIATION));
                        });
        Optional<Column> widest = largest(features, Column::deviation);
        Optional<Column> narrowest = largest(features, column -> -column.deviation());
        widest.filter(column -> column.deviation() > LARGEST_DEVIATION)
                .ifPresent(column -> deviation(column, LARGEST_DEVIATION, evidence, facts));
        narrowest
                .filter(column -> column.deviation() < SMALLEST_DEVIATION)
                .ifPresent(column -> deviation(column, SMALLEST_DEVIATION, evidence, facts));
        if (widest.isPresent()) {
            double ratio = widest.get().deviation() / narrowest.orElseThrow().deviation();
            if (ratio > DEVIATION_RATIO) {
                say("deviationRatio", ratio, DEVIATION_RATIO, evidence);
                facts.add(
                        widest.get().name()
                                + " varies "
                                + Phrases.number(ratio)
                                + " times as much as "
                                + narrowest.get().name()
                                + Phrases.beside(DEVIATION_RATIO));
            }
        }
    }

    private static void deviation(
            Column column, double limit, Map<String, Evidence> evidence, List<String> facts) {
        String name = limit > 1 ? "largestDeviation" : "smallestDeviation";
        say(name, column.deviation(), limit, evidence);
        facts.add(
                "the standard deviation of "
                        + column.name()
                        + " is "
                        + Phrases.number(column.deviation())
                        + Phrases.beside(limit));
    }

    private static Optional<Column> largest(
            List<Column> columns, ToDoubleFunction<Column> measure) {
        return columns.stream().max(Comparator.comparingDouble(measure));
    }

    private static void say(
            String name, double value, double limit, Map<String, Evidence> evidence) {
        evidence.put(name, new Evidence(value, limit));
    }

    /** How the first layer suffers, if no normalization behind it undoes that. */
    private static Severity harm(
            Observations run,
            LayerSignal first,
            Map<String, Evidence> evidence,
            List<String> facts) {
        List<LayerSignal> layers = run.first().layers();
        boolean normalized = layers.size() > 1 && layers.get(1).kind() == Kind.NORMALIZATION;
        boolean takesThem =
                first.kind() == Kind.WEIGHTS
                        || first.kind() == Kind.RECURRENT
                        || first.kind() == Kind.OUTPUT;
        if (normalized || !takesThem) {
            return Severity.NOTE;
        }
        // Over all units, so that what the mean of the inputs adds to each of them is in it.
        double size = Math.sqrt(first.preActivationVariance());
        double lost = Math.max(first.deadShare(), first.saturatedShare());
        boolean large = size > LARGEST_PRE_ACTIVATION;
        if (large) {
            say("firstPreActivation", size, LARGEST_PRE_ACTIVATION, evidence);
            facts.add(
                    "the sums in "
                            + first.layer()
                            + " have a root mean square of "
                            + Phrases.number(size)
                            + Phrases.beside(LARGEST_PRE_ACTIVATION));
        }
        if (lost >= HALF) {
            say("firstDeadOrSaturated", lost, HALF, evidence);
            facts.add(
                    Phrases.number(lost)
                            + " of "
                            + first.layer()
                            + " is dead or saturated"
                            + Phrases.beside(HALF));
        }
        if (lost >= HALF) {
            return Severity.ERROR;
        }
        // An optimizer that rescales gradients takes steps of the same size anyway.
        boolean rescales = run.subject().family() == OptimizerFamily.ADAPTIVE;
        return !large ? Severity.NOTE : rescales ? Severity.WARN : Severity.ERROR;
    }

    private static boolean targets(
            Observations run, Map<String, Evidence> evidence, List<String> facts) {
        List<Column> targets = run.subject().data().targets();
        if (run.subject().task() != Task.REGRESSION || targets.isEmpty()) {
            return false;
        }
        int before = facts.size();
        for (Column target : targets) {
            boolean wide = target.deviation() > LARGEST_TARGET;
            boolean narrow = target.deviation() < SMALLEST_TARGET && target.deviation() > 0;
            if (facts.size() == before && (wide || narrow)) {
                double limit = wide ? LARGEST_TARGET : SMALLEST_TARGET;
                say("targetDeviation", target.deviation(), limit, evidence);
                facts.add(
                        "the standard deviation of "
                                + target.name()
                                + " is "
                                + Phrases.number(target.deviation())
                                + Phrases.beside(limit));
            }
        }
        double variance =
                targets.stream()
                        .mapToDouble(target -> target.deviation() * target.deviation())
                        .average()
                        .orElse(0);
        // Outputs that are all zero lose as much: it is where the targets lie.
        boolean far =
                run.subject().loss() == Loss.MSE
                        && run.losses().zeroOutputsLoss() > LOSS_OVER_VARIANCE * variance
                        && variance > 0;
        if (far) {
            double first = run.losses().zeroOutputsLoss() / variance;
            say("firstLossOverVariance", first, LOSS_OVER_VARIANCE, evidence);
            facts.add(
                    "the loss begins at "
                            + Phrases.number(first)
                            + " times the targets' variance, because they lie far from 0"
                            + Phrases.beside(LOSS_OVER_VARIANCE));
        }
        return facts.size() > before;
    }
}
